package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each law has a violator here, planted to be caught. */
class SourceLawsTest {
    private final PollProbe probe = PollProbe.create();

    /** A lawful source to be broken in one place. */
    private static class Endless implements Source<Integer> {
        @Override
        public Integer poll(Context cx) throws Exception {
            return cx.charge() ? 1 : null;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {}
    }

    private static void assertBreaks(String law, ThrowingCallable call) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(call).withMessageStartingWith(law + ": ");
    }

    @Test
    void a_lawful_source_passes_unchanged() throws Exception {
        ScriptedSource<String> script = ScriptedSource.of("a").pause().item("b");
        SourceLaws<String> source = SourceLaws.check(script);

        assertThat(probe.poll(source)).isEqualTo("a");
        assertThat(probe.poll(source)).isNull();
        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(source)).isEqualTo("b");
        assertThat(probe.poll(source)).isNull();
        source.assertWakerKept();
        assertThat(probe.isWoken()).isFalse();
        script.end();
        assertThat(probe.isWoken()).isTrue();
        assertThat(source.isDone()).isTrue();
        assertThat(probe.poll(source)).isNull();
        source.close();
        source.assertClosed();
        assertThat(script.closes()).isEqualTo(1);
    }

    @Test
    void the_same_owner_hands_down_the_same_waker() throws Exception {
        ScriptedSource<String> script = ScriptedSource.of();
        SourceLaws<String> source = SourceLaws.check(script);
        probe.poll(source);
        Waker first = script.lastWaker();
        probe.poll(source);
        assertThat(script.lastWaker()).isSameAs(first);
        PollProbe.create().poll(source);
        assertThat(script.lastWaker()).isNotSameAs(first);
    }

    @Test
    void s1_polls_on_two_threads_are_caught() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        SourceLaws<Integer> source = SourceLaws.check(new Endless() {
            @Override
            public Integer poll(Context cx) throws Exception {
                inside.countDown();
                leave.await();
                return 1;
            }
        });
        Thread other = new Thread(() -> {
            try {
                PollProbe.create().poll(source);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        other.start();
        inside.await();
        assertBreaks("S1", () -> probe.poll(source));
        assertBreaks("S1", source::isDone);
        assertBreaks("S1", source::close);
        leave.countDown();
        other.join();
    }

    @Test
    void s1_a_poll_within_a_poll_is_caught() {
        var reentrant = new Endless() {
            Source<Integer> outer = this;

            @Override
            public Integer poll(Context cx) throws Exception {
                return outer.poll(cx);
            }
        };
        SourceLaws<Integer> source = SourceLaws.check(reentrant);
        reentrant.outer = source;
        assertBreaks("S1", () -> probe.poll(source));
    }

    @Test
    void s2_a_waker_that_nobody_keeps_is_caught() throws Exception {
        SourceLaws<Integer> source = SourceLaws.check(new Endless() {
            @Override
            public Integer poll(Context cx) {
                return null;
            }
        });
        probe.poll(source);
        assertBreaks("S2", source::assertWakerKept);
    }

    @Test
    void s2_a_stale_waker_in_place_of_the_last_is_caught() throws Exception {
        SourceLaws<Integer> source = SourceLaws.check(new Endless() {
            Waker first;

            @Override
            public Integer poll(Context cx) {
                first = first == null ? cx.waker() : first;
                return null;
            }
        });
        probe.poll(source);
        source.assertWakerKept();
        PollProbe.create().poll(source);
        assertBreaks("S2", source::assertWakerKept);
    }

    @Test
    void s2_a_waker_woken_at_once_need_not_be_kept() throws Exception {
        SourceLaws<Integer> source = SourceLaws.check(new Endless() {
            @Override
            public Integer poll(Context cx) {
                cx.waker().wake();
                return null;
            }
        });
        probe.poll(source);
        source.assertWakerKept();
        assertThat(probe.isWoken()).isTrue();
    }

    @Test
    void s2_asked_when_nobody_waits_is_refused() throws Exception {
        SourceLaws<Integer> source = SourceLaws.check(new Endless());
        probe.poll(source);
        assertThatThrownBy(source::assertWakerKept).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void s3_is_done_that_goes_back_is_caught() {
        var wavering = new Endless() {
            boolean done = true;

            @Override
            public boolean isDone() {
                return done;
            }
        };
        SourceLaws<Integer> source = SourceLaws.check(wavering);
        assertThat(source.isDone()).isTrue();
        wavering.done = false;
        assertBreaks("S3", source::isDone);
    }

    @Test
    void s3_an_item_after_the_end_is_caught() {
        SourceLaws<Integer> source = SourceLaws.check(new Endless() {
            @Override
            public boolean isDone() {
                return true;
            }
        });
        assertBreaks("S3", () -> probe.poll(source));
    }

    @Test
    void s3_is_done_that_throws_is_caught() {
        SourceLaws<Integer> source = SourceLaws.check(new Endless() {
            @Override
            public boolean isDone() {
                throw new IllegalStateException("no answer");
            }
        });
        assertBreaks("S3", source::isDone);
    }

    @Test
    void s4_calls_after_close_are_caught() {
        SourceLaws<Integer> source = SourceLaws.check(new Endless());
        source.close();
        assertBreaks("S4", () -> probe.poll(source));
        assertBreaks("S4", source::isDone);
        assertBreaks("S4", source::close);
    }

    @Test
    void s4_a_poll_after_a_failure_is_caught_but_a_close_is_not() {
        ScriptedSource<Integer> script = ScriptedSource.<Integer>of().fail(new IOException("reset"));
        SourceLaws<Integer> source = SourceLaws.check(script);
        assertThatThrownBy(() -> probe.poll(source)).isInstanceOf(IOException.class);
        assertThat(source.isDone()).isTrue();
        source.close();
        source.assertClosed();

        SourceLaws<Integer> again = SourceLaws.check(script);
        assertThatThrownBy(() -> probe.poll(again)).isInstanceOf(IOException.class);
        assertBreaks("S4", () -> probe.poll(again));
    }

    @Test
    void s4_a_missing_close_is_caught() {
        assertBreaks("S4", SourceLaws.check(new Endless())::assertClosed);
    }

    @Test
    void s5_a_poll_beyond_the_bound_is_caught() {
        SourceLaws<Integer> source = SourceLaws.check(
                new Endless() {
                    @Override
                    public Integer poll(Context cx) {
                        long until = System.nanoTime() + 2_000_000;
                        while (System.nanoTime() - until < 0) {
                            Thread.onSpinWait();
                        }
                        return 1;
                    }
                },
                Duration.ofMillis(1));
        assertBreaks("S5", () -> probe.poll(source));
    }

    @Test
    void s5_items_that_nobody_pays_for_are_caught() throws Exception {
        Context turn = PollProbe.withBudget(1).turn();
        SourceLaws<Integer> source = SourceLaws.check(new Endless() {
            @Override
            public Integer poll(Context cx) {
                return 1;
            }
        });
        assertThat(turn.charge()).isTrue();
        for (int i = 0; i < Budget.DEFAULT; i++) {
            assertThat(source.poll(turn)).isEqualTo(1);
        }
        assertBreaks("S5", () -> source.poll(turn));
    }

    @Test
    void the_first_violation_is_remembered_when_its_throw_was_swallowed() {
        SourceLaws<Integer> source = SourceLaws.check(new Endless());
        source.close();
        assertBreaks("S4", source::close);
        assertThatThrownBy(source::assertClosed).hasMessageStartingWith("S4: second close");
    }

    @Test
    void a_bound_of_nothing_is_refused() {
        assertThatThrownBy(() -> SourceLaws.check(new Endless(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }
}
