package dev.weir.tck;

import org.testng.annotations.Factory;

/** Readers of sockets as publishers. */
public class TcpReaderTckTest extends PublisherSuite {
    @Factory(dataProvider = "cases", dataProviderClass = TcpReaderCases.class)
    public TcpReaderTckTest(PublisherCase publisher) {
        super(publisher);
    }
}
