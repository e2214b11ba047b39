package dev.weir.tck;

import org.testng.annotations.Factory;

/** Streams as publishers of the JDK. */
public class FlowStreamPublisherTckTest extends FlowPublisherSuite {
    @Factory(dataProvider = "cases", dataProviderClass = StreamCases.class)
    public FlowStreamPublisherTckTest(PublisherCase publisher) {
        super(publisher);
    }
}
