package dev.weir.tck;

import dev.weir.stream.reactive.FlowBridge;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
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

    /** The TCK notes that the end has not come, and does not look at its notes. */
    @Override
    @Test
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() throws Throwable {
        super.optional_spec105_emptyStreamMustTerminateBySignallingOnComplete();
        environment.verifyNoAsyncErrorsNoDelay();
    }

    @Override
    @Test
    public void required_spec309_requestZeroMustSignalIllegalArgumentException() throws Throwable {
        Refusals.orLate(environment, super::required_spec309_requestZeroMustSignalIllegalArgumentException);
    }

    @Override
    @Test
    public void required_spec309_requestNegativeNumberMustSignalIllegalArgumentException() throws Throwable {
        Refusals.orLate(environment, super::required_spec309_requestNegativeNumberMustSignalIllegalArgumentException);
    }

    @Override
    @Test
    public void optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage()
            throws Throwable {
        Refusals.orLate(
                environment,
                super::optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage);
    }

    @Override
    @Test
    public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
            throws Throwable {
        References.orLate(
                () -> createPublisher(3),
                super::required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber);
    }

    @Override
    public String toString() {
        return publisher.toString();
    }
}
