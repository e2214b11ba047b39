package dev.weir.tck;

import org.testng.annotations.Factory;

/** Readers of sockets as publishers of the JDK. */
public class FlowTcpReaderTckTest extends FlowPublisherSuite {
    @Factory(dataProvider = "cases", dataProviderClass = TcpReaderCases.class)
    public FlowTcpReaderTckTest(PublisherCase publisher) {
        super(publisher);
    }
}
