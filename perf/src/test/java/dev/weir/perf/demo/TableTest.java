package dev.weir.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table();

    @Test
    void a_table_has_a_row_for_each_class_and_one_for_all() {
        table.draw(snapshot(1, 10_000_000, 0));
        assertThat(table.draw(snapshot(3, 50_000_000, 25_000_000)))
                .containsExactly(
                        " class     clients  done     MB/s  progress                     chunks in flight  demand  stalled",
                        " fast            2     1     20.0  [##########..........]  50 %                 1       2        3",
                        " slow            1     0     12.5  [#####...............]  25 %                 0       1        0",
                        " all             3     1     32.5  [#######.............]  38 %                 1       3        3",
                        "   3.0 s   between file and sockets: 100 B now, 1.0 KiB at most, 2.0 KiB promised   heap: 3.0 MiB");
    }

    @Test
    void without_a_terminal_the_same_is_a_line() {
        table.drawLine(snapshot(1, 10_000_000, 0));
        assertThat(table.drawLine(snapshot(3, 50_000_000, 25_000_000)))
                .isEqualTo("  3.0 s | fast 20.0 MB/s 50 % | slow 12.5 MB/s 25 %"
                        + " | 1 chunks in flight, demand 3, 3 stalled"
                        + " | inside 100 B, at most 1.0 KiB of 2.0 KiB | heap 3.0 MiB");
    }

    @Test
    void nothing_wanted_is_everything_got() {
        Snapshot.Row nothing = new Snapshot.Row("fast", 1, 1, 0, 0, 0, 0, 0);
        assertThat(table.drawLine(new Snapshot(Duration.ZERO, List.of(nothing), 0, 0, 0, 0)))
                .contains("100 %");
    }

    @Test
    void in_a_terminal_a_table_is_drawn_over_the_last() {
        StringWriter text = new StringWriter();
        Screen screen = new Screen(new PrintWriter(text), true);
        screen.accept(snapshot(1, 0, 0));
        assertThat(text.toString()).startsWith(" class").doesNotContain("\u001b[5A");
        screen.accept(snapshot(2, 0, 0));
        assertThat(text.toString()).containsOnlyOnce("\u001b[5A\r class");
    }

    private static Snapshot snapshot(int second, long fast, long slow) {
        return new Snapshot(
                Duration.ofSeconds(second),
                List.of(
                        new Snapshot.Row("fast", 2, 1, 100_000_000, fast, 1, 2, 3),
                        new Snapshot.Row("slow", 1, 0, 100_000_000, slow, 0, 1, 0)),
                100,
                1024,
                2048,
                3 << 20);
    }
}
