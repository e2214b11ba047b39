package dev.weir.tck;

import org.testng.annotations.Factory;

/** Readers of sockets, datagrams, files, inputs and frames as publishers of the JDK. */
public class FlowIoReaderTckTest extends FlowPublisherSuite {
    @Factory(dataProvider = "cases", dataProviderClass = IoReaderCases.class)
    public FlowIoReaderTckTest(PublisherCase publisher) {
        super(publisher);
    }
}
