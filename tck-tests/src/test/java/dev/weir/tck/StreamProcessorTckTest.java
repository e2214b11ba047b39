package dev.weir.tck;

import dev.weir.stream.reactive.StreamProcessor;
import java.util.Iterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.IdentityProcessorVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.TestEnvironment.ManualSubscriber;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The rules for processors. */
public class StreamProcessorTckTest extends IdentityProcessorVerification<Object> {
    private static final ExecutorService EXECUTOR = Executors.newCachedThreadPool(body -> {
        Thread thread = new Thread(body, "tck-helper-publisher");
        thread.setDaemon(true);
        return thread;
    });

    private final TestEnvironment environment;
    private final Sizes sizes;

    /** TestNG may run two methods of one instance at once, but the environment can serve one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    @Factory(dataProvider = "cases")
    public StreamProcessorTckTest(Sizes sizes) {
        this(TckEnvironments.create(), sizes);
    }

    private StreamProcessorTckTest(TestEnvironment environment, Sizes sizes) {
        super(environment, TckEnvironments.COLLECTION);
        this.environment = environment;
        this.sizes = sizes;
    }

    /** Every combination of capacities. */
    @DataProvider(name = "cases")
    public static Iterator<Object[]> cases() {
        return Sizes.all().stream().map(each -> new Object[] {each}).iterator();
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
    public Processor<Object, Object> createIdentityProcessor(int bufferSize) {
        return processor();
    }

    /** A processor whose upstream has failed. */
    @Override
    public Publisher<Object> createFailedPublisher() {
        StreamProcessor<Object, Object> processor = processor();
        processor.onError(new IllegalStateException("the failure that is expected"));
        return processor;
    }

    private StreamProcessor<Object, Object> processor() {
        return new StreamProcessor<>(source -> source, sizes::runtime, sizes.prefetch(), sizes.batch());
    }

    @Override
    public ExecutorService publisherExecutorService() {
        return EXECUTOR;
    }

    @Override
    public Object createElement(int number) {
        return number;
    }

    /** A processor cannot give its items to two (§1.11); the rules for many are verified for the one. */
    @Override
    public long maxSupportedSubscribers() {
        return 1;
    }

    @Override
    @Test
    public void required_spec104_mustCallOnErrorOnAllItsSubscribersIfItEncountersANonRecoverableError()
            throws Throwable {
        new TestSetup(environment, TestEnvironment.TEST_BUFFER_SIZE) {
            void run() throws Exception {
                ManualSubscriber<Object> subscriber = newSubscriber();
                subscriber.request(1);
                expectRequest();
                expectNextElement(subscriber, sendNextTFromUpstream());
                subscriber.request(1);
                sendError(new IllegalStateException("the failure that is expected"));
                subscriber.expectError(IllegalStateException.class);
                environment.verifyNoAsyncErrors();
            }
        }.run();
    }

    @Override
    @Test
    public void required_mustRequestFromUpstreamForElementsThatHaveBeenRequestedLongAgo() throws Throwable {
        new TestSetup(environment, TestEnvironment.TEST_BUFFER_SIZE) {
            void run() throws Exception {
                ManualSubscriber<Object> subscriber = newSubscriber();
                subscriber.request(20);
                long requested = 0;
                for (int sent = 0; sent < 20; sent++) {
                    if (requested == sent) {
                        requested += expectRequest();
                    }
                    expectNextElement(subscriber, sendNextTFromUpstream());
                }
                sendCompletion();
                subscriber.expectCompletion();
                environment.verifyNoAsyncErrors();
            }
        }.run();
    }

    @Override
    @Test
    public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
            throws Throwable {
        try {
            super.required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber();
        } catch (AssertionError perhapsTooSlow) {
            References.expectDropped(createPublisher(3), TckEnvironments.SIGNAL);
        }
    }

    @Override
    public String toString() {
        return sizes.toString();
    }
}
