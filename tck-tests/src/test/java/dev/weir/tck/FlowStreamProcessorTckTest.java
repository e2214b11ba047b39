package dev.weir.tck;

import dev.weir.stream.reactive.FlowBridge;
import dev.weir.stream.reactive.StreamProcessor;
import java.util.Iterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.IdentityFlowProcessorVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The rules for processors of the JDK. */
public class FlowStreamProcessorTckTest extends IdentityFlowProcessorVerification<Object> {
    private static final ExecutorService EXECUTOR = Executors.newCachedThreadPool(body -> {
        Thread thread = new Thread(body, "tck-helper-publisher");
        thread.setDaemon(true);
        return thread;
    });

    private final Sizes sizes;
    private final TestEnvironment environment;
    private int buffer;

    /** TestNG may run two methods of one instance at once, but the environment can serve one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    @Factory(dataProvider = "cases")
    public FlowStreamProcessorTckTest(Sizes sizes, int buffer) {
        this(sizes, buffer, TckEnvironments.create());
    }

    private FlowStreamProcessorTckTest(Sizes sizes, int buffer, TestEnvironment environment) {
        super(environment, TckEnvironments.COLLECTION);
        this.sizes = sizes;
        this.buffer = buffer;
        this.environment = environment;
    }

    /** Every combination of capacities, each with a buffer. */
    @DataProvider(name = "cases")
    public static Iterator<Object[]> cases() {
        return Sizes.withBuffers();
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
    protected Flow.Processor<Object, Object> createIdentityFlowProcessor(int bufferSize) {
        return FlowBridge.toFlow(processor());
    }

    /** A processor whose upstream has failed. */
    @Override
    protected Flow.Publisher<Object> createFailedFlowPublisher() {
        StreamProcessor<Object, Object> processor = processor();
        processor.onError(new IllegalStateException("the failure that is expected"));
        return FlowBridge.toFlow(processor);
    }

    private StreamProcessor<Object, Object> processor() {
        return new StreamProcessor<>(source -> source, sizes::runtime, sizes.prefetch(), sizes.batch(), buffer);
    }

    @Override
    public ExecutorService publisherExecutorService() {
        return EXECUTOR;
    }

    @Override
    public Object createElement(int number) {
        return number;
    }

    /** One by one the three subscribers are four items apart, which a smaller buffer does not let them be. */
    @Override
    @Test
    public void
            optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne()
                    throws Throwable {
        int configured = buffer;
        buffer = Math.max(buffer, 5);
        try {
            super
                    .optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne();
        } finally {
            buffer = configured;
        }
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
        return sizes + ", buffer " + buffer;
    }
}
