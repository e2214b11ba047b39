package dev.weir.io.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class SideDriverTest {
    private final FakeSelector selector = new FakeSelector();

    @Test
    void where_no_thread_is_to_be_had_nothing_is_left_open() {
        assertThatThrownBy(() -> new SideDriver(() -> selector, body -> new Thread(body) {
                    @Override
                    public synchronized void start() {
                        throw new OutOfMemoryError("planned");
                    }
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(selector.closed).isTrue();
    }

    /** A logger allocates, so it fails as well when memory is short. */
    @Test
    void a_failure_that_cannot_even_be_told_leaves_nobody_waiting_for_ever() throws Exception {
        CountDownLatch looksAgain = new CountDownLatch(1);
        selector.duringSelect.add(() -> {
            throw new OutOfMemoryError("planned");
        });
        selector.duringSelect.add(looksAgain::countDown);
        try (BrokenLog log = new BrokenLog()) {
            SideDriver side = new SideDriver(() -> selector, Thread::new);
            try {
                assertThat(looksAgain.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(log.asked).isTrue();
            } finally {
                side.close();
            }
        }
    }

    private static final class BrokenLog extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("dev.weir.io");
        volatile boolean asked;

        BrokenLog() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            asked = true;
            throw new OutOfMemoryError("planned");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }
}
