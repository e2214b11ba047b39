package dev.weir.tck;

import dev.weir.stream.reactive.FlowBridge;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The rules for publishers of the JDK, on one case. */
abstract class FlowPublisherSuite extends FlowPublisherVerification<Object> {
    private final PublisherCase publisher;
    private final TestEnvironment environment;

    /** TestNG may run two methods of one instance at once, but the environment can serve one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    FlowPublisherSuite(PublisherCase publisher) {
        this(publisher, TckEnvironments.create());
    }

    private FlowPublisherSuite(PublisherCase publisher, TestEnvironment environment) {
        super(environment, TckEnvironments.COLLECTION);
        this.publisher = publisher;
        this.environment = environment;
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
    public void required_spec309_requestZeroMustSignalIllegalArgumentException() throws Throwable {
        try {
            super.required_spec309_requestZeroMustSignalIllegalArgumentException();
        } catch (AssertionError missed) {
            Refusals.expectLate(environment, missed, TckEnvironments.SIGNAL);
        }
    }

    @Override
    @Test
    public void required_spec309_requestNegativeNumberMustSignalIllegalArgumentException() throws Throwable {
        try {
            super.required_spec309_requestNegativeNumberMustSignalIllegalArgumentException();
        } catch (AssertionError missed) {
            Refusals.expectLate(environment, missed, TckEnvironments.SIGNAL);
        }
    }

    @Override
    @Test
    public void optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage()
            throws Throwable {
        try {
            super.optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage();
        } catch (AssertionError | SkipException missed) { // what is optional and fails is skipped
            Refusals.expectLate(environment, missed, TckEnvironments.SIGNAL);
        }
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
