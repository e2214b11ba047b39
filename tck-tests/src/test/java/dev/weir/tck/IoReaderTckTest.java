package dev.weir.tck;

import org.testng.annotations.Factory;

/** Readers of sockets, datagrams, files, inputs and frames as publishers. */
public class IoReaderTckTest extends PublisherSuite {
    @Factory(dataProvider = "cases", dataProviderClass = IoReaderCases.class)
    public IoReaderTckTest(PublisherCase publisher) {
        super(publisher);
    }
}
