package dev.weir.tck;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Factory;

/** The rules for subscribers, as they can be seen from without. */
public class SubscriberBlackboxTckTest extends SubscriberBlackboxVerification<ByteBuffer> {
    private final SubscriberCase subscriber;

    /** TestNG may run two methods of one instance at once, but the environment can serve one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    @Factory(dataProvider = "cases", dataProviderClass = SubscriberCase.class)
    public SubscriberBlackboxTckTest(SubscriberCase subscriber) {
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
    public Subscriber<ByteBuffer> createSubscriber() {
        return subscriber.eager();
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
