package dev.weir.io.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private int opened;
    private int closed;
    private Runnable whileItOpens = () -> {};

    private final Closing<Closeable> closing = new Closing<>(() -> {
        opened++;
        whileItOpens.run();
        return () -> closed++;
    });

    @Test
    void it_is_opened_once_and_by_the_first_who_asks() throws Exception {
        assertThat(opened).isZero();
        Closeable resource = closing.get();
        assertThat(closing.get()).isSameAs(resource);
        assertThat(opened).isEqualTo(1);
        closing.close();
        closing.close();
        assertThat(closed).isEqualTo(1);
    }

    /** Opening again could empty a file that is complete. */
    @Test
    void what_was_open_and_is_closed_is_not_opened_again() throws Exception {
        closing.get().close();
        closing.close();
        assertThatThrownBy(closing::get).isInstanceOf(IOException.class);
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void what_was_closed_before_anybody_asked_is_never_opened() {
        closing.close();
        assertThatThrownBy(closing::get).isInstanceOf(IOException.class);
        assertThat(opened).isZero();
    }

    @Test
    void what_is_closed_while_it_is_being_opened_is_closed_and_refused() {
        whileItOpens = closing::close;
        assertThatThrownBy(closing::get).isInstanceOf(IOException.class);
        assertThat(closed).isEqualTo(1);
    }

    @Test
    void what_could_not_be_opened_may_be_asked_for_again() throws Exception {
        whileItOpens = () -> {
            throw new IllegalStateException("not yet");
        };
        assertThatThrownBy(closing::get).hasMessage("not yet");
        whileItOpens = () -> {};
        closing.get();
        assertThat(opened).isEqualTo(2);
    }
}
