package dev.weir.tck;

import org.testng.annotations.Factory;

/** Streams as publishers. */
public class StreamPublisherTckTest extends PublisherSuite {
    @Factory(dataProvider = "cases", dataProviderClass = StreamCases.class)
    public StreamPublisherTckTest(PublisherCase publisher) {
        super(publisher);
    }
}
