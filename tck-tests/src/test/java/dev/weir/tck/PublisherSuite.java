package dev.weir.tck;

import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The rules for publishers, on one case. */
abstract class PublisherSuite extends PublisherVerification<Object> {
    private final PublisherCase publisher;

    /** TestNG may run two methods of one instance at once, but the environment can serve one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    PublisherSuite(PublisherCase publisher) {
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
    public Publisher<Object> createPublisher(long n) {
        return publisher.publisher(n);
    }

    @Override
    public Publisher<Object> createFailedPublisher() {
        return publisher.failedPublisher();
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
