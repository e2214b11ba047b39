package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each rule has a violator here, planted to be caught. */
class SinkLawsTest {
    private final PollProbe probe = PollProbe.create();

    /** A lawful sink to be broken in one place. */
    private static class Accepting implements Sink<String> {
        @Override
        public boolean pollReady(Context cx) throws Exception {
            return true;
        }

        @Override
        public void send(String item) throws Exception {}

        @Override
        public boolean pollFlush(Context cx) throws Exception {
            return true;
        }

        @Override
        public boolean pollFinish(Context cx) throws Exception {
            return true;
        }

        @Override
        public void close() {}
    }

    private static void assertBreaks(String law, ThrowingCallable call) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(call).withMessageStartingWith(law + ": ");
    }

    @Test
    void a_lawful_life_passes() throws Exception {
        SinkLaws<String> sink = SinkLaws.check(new Accepting());
        for (int i = 0; i < 3; i++) {
            assertThat(sink.pollReady(probe.turn())).isTrue();
            sink.send("item");
        }
        assertThat(sink.pollFlush(probe.turn())).isTrue();
        assertThat(sink.pollFinish(probe.turn())).isTrue();
        sink.close();
        sink.assertClosed();
    }

    @Test
    void items_without_room_are_caught() throws Exception {
        SinkLaws<String> sink = SinkLaws.check(new Accepting());
        assertBreaks("room first", () -> sink.send("never asked"));

        SinkLaws<String> twice = SinkLaws.check(new Accepting());
        assertThat(twice.pollReady(probe.turn())).isTrue();
        twice.send("first");
        assertBreaks("room first", () -> twice.send("second"));

        SinkLaws<String> finished = SinkLaws.check(new Accepting());
        assertThat(finished.pollReady(probe.turn())).isTrue();
        assertThat(finished.pollFinish(probe.turn())).isTrue();
        assertBreaks("room first", () -> finished.send("too late"));
    }

    @Test
    void a_failed_sink_may_only_be_closed() {
        SinkLaws<String> sink = SinkLaws.check(new Accepting() {
            @Override
            public boolean pollReady(Context cx) throws IOException {
                throw new IOException("reset");
            }
        });
        assertThatThrownBy(() -> sink.pollReady(probe.turn())).isInstanceOf(IOException.class);
        sink.close();
        sink.assertClosed();

        SinkLaws<String> again = SinkLaws.check(new Accepting() {
            @Override
            public void send(String item) throws IOException {
                throw new IOException("reset");
            }
        });
        assertThatThrownBy(() -> {
                    again.pollReady(probe.turn());
                    again.send("item");
                })
                .isInstanceOf(IOException.class);
        assertBreaks("closed once", () -> again.pollFlush(probe.turn()));
    }

    @Test
    void calls_after_close_are_caught() {
        SinkLaws<String> sink = SinkLaws.check(new Accepting());
        sink.close();
        assertBreaks("closed once", () -> sink.pollReady(probe.turn()));
        assertBreaks("closed once", () -> sink.send("item"));
        assertBreaks("closed once", () -> sink.pollFinish(probe.turn()));
        assertBreaks("closed once", sink::close);
        assertBreaks("closed once", sink::assertClosed);
    }

    @Test
    void a_missing_close_and_a_close_that_throws_are_caught() {
        assertBreaks("closed once", SinkLaws.check(new Accepting())::assertClosed);
        SinkLaws<String> sink = SinkLaws.check(new Accepting() {
            @Override
            public void close() {
                throw new IllegalStateException("planted");
            }
        });
        assertBreaks("closed once", sink::close);
    }

    @Test
    void calls_that_overlap_are_caught() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        SinkLaws<String> sink = SinkLaws.check(new Accepting() {
            @Override
            public void close() {
                inside.countDown();
                try {
                    leave.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        Thread other = new Thread(sink::close);
        other.start();
        inside.await();
        assertBreaks("one owner", () -> sink.pollFlush(probe.turn()));
        leave.countDown();
        other.join();
    }

    @Test
    void a_refusal_that_keeps_no_waker_is_caught() throws Exception {
        SinkLaws<String> sink = SinkLaws.check(new Accepting() {
            @Override
            public boolean pollReady(Context cx) {
                return false;
            }
        });
        assertThatThrownBy(sink::assertWakerKept).isInstanceOf(IllegalStateException.class);
        assertThat(sink.pollReady(probe.turn())).isFalse();
        assertBreaks("waker kept", sink::assertWakerKept);
    }

    @Test
    void a_call_beyond_the_bound_is_caught() {
        SinkLaws<String> sink = SinkLaws.check(
                new Accepting() {
                    @Override
                    public boolean pollFlush(Context cx) {
                        long until = System.nanoTime() + 2_000_000;
                        while (System.nanoTime() - until < 0) {
                            Thread.onSpinWait();
                        }
                        return true;
                    }
                },
                Duration.ofMillis(1));
        assertBreaks("bounded", () -> sink.pollFlush(probe.turn()));
    }
}
