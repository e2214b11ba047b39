package dev.weir.tck;

import dev.weir.stream.reactive.FlowBridge;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The rules for publishers of the JDK, on one case. */
abstract class FlowPublisherSuite extends FlowPublisherVerification<Object> {
    private final PublisherCase publisher;

    /** TestNG may run two methods of one instance at once, but the environment can serve one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    FlowPublisherSuite(PublisherCase publisher) {
        super(TckEnvironments.create(), TckEnvironments.COLLECTION);
        this.publisher = publisher;
    }

    @Override
    @BeforeMethod
    public void setUp() throws Exception {
        turn.lock();
        super.setUp();
    }

    @AfterMethod(alwaysRun = true)
    public void tearDown() {
        turn.unlock();
    }

    @Override
    public Flow.Publisher<Object> createFlowPublisher(long n) {
        return FlowBridge.toFlow(publisher.publisher(n));
    }

    @Override
    public Flow.Publisher<Object> createFailedFlowPublisher() {
        return FlowBridge.toFlow(publisher.failedPublisher());
    }

    @Override
    @Test
    public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
            throws Throwable {
        try {
            super.required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber();
        } catch (AssertionError perhapsTooSlow) {
            References.expectDropped(createPublisher(3), TckEnvironments.PATIENCE);
        }
    }

    @Override
    public String toString() {
        return publisher.toString();
    }
}
