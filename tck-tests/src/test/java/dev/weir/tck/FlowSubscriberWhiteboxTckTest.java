package dev.weir.tck;

import dev.weir.stream.reactive.FlowBridge;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Factory;

/** The rules for subscribers of the JDK, with a look inside. */
public class FlowSubscriberWhiteboxTckTest extends FlowSubscriberWhiteboxVerification<ByteBuffer> {
    private final SubscriberCase subscriber;

    /** TestNG may run two methods of one instance at once, but the environment can serve one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    @Factory(dataProvider = "cases", dataProviderClass = SubscriberCase.class)
    public FlowSubscriberWhiteboxTckTest(SubscriberCase subscriber) {
        super(TckEnvironments.create());
        this.subscriber = subscriber;
    }

    @Override
    @BeforeMethod
    public void setUp() throws Exception {
        turn.lock();
        super.setUp();
    }

    @AfterMethod(alwaysRun = true)
    public void tearDown() {
        subscriber.end();
        turn.unlock();
    }

    @Override
    public Flow.Subscriber<ByteBuffer> createFlowSubscriber(WhiteboxSubscriberProbe<ByteBuffer> probe) {
        return FlowBridge.toFlow(subscriber.probed(probe));
    }

    @Override
    public ByteBuffer createElement(int number) {
        return SubscriberCase.element(number);
    }

    @Override
    public String toString() {
        return subscriber.toString();
    }
}
