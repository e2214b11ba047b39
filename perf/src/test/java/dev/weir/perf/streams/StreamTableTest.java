package dev.weir.perf.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.perf.streams.StreamBenchmark.Profile;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamTableTest {
    private static StreamRun run(Contender library, int round, double nanos) {
        return new StreamRun(17, Profile.CLEAN, Shape.RANGE_1M, library, round, nanos, 24);
    }

    @Test
    void compares_medians_with_the_fastest_reactive_peer_and_not_with_the_floors() {
        StreamTable table = new StreamTable(
                17,
                Profile.CLEAN,
                List.of(
                        run(Contender.WEIR, 1, 4),
                        run(Contender.WEIR, 2, 6),
                        run(Contender.WEIR, 3, 5),
                        run(Contender.REACTOR, 1, 20),
                        run(Contender.RXJAVA, 1, 10),
                        run(Contender.LOOP, 1, 1)));
        assertThat(table.toBestPeer(Shape.RANGE_1M)).isEqualTo(2);
        assertThat(table.toBestPeer(Shape.RANGE_1)).isNaN();
        assertThat(table.lines())
                .contains("| ns an item (bytes) | weir | reactor | rxjava | loop | Weir to the best peer |")
                .contains("| range_1m | 5.0 ±20% (24) | 20.0 ±0% (24) | 10.0 ±0% (24) | 1.0 ±0% (24) | 2.00 |");
    }

    @Test
    void holds_apart_what_ran_on_other_releases_or_in_other_profiles() {
        List<StreamRun> runs = List.of(run(Contender.WEIR, 1, 4));
        assertThat(new StreamTable(25, Profile.CLEAN, runs).lines()).isEmpty();
        assertThat(new StreamTable(17, Profile.POLLUTED, runs).lines()).isEmpty();
        assertThat(new StreamTable(17, Profile.CLEAN, runs).lines()).hasSize(6);
    }

    @Test
    void a_run_without_a_figure_shows_as_failed_and_is_part_of_none() {
        StreamTable table = new StreamTable(
                17,
                Profile.CLEAN,
                List.of(
                        run(Contender.WEIR, 1, 4),
                        StreamRun.failed(17, Profile.CLEAN, Shape.RANGE_1M, Contender.WEIR, 2),
                        run(Contender.REACTOR, 1, 8),
                        run(Contender.RXJAVA, 1, 0)));
        assertThat(table.lines()).contains("| range_1m | 4.0 ±0% (24), 1 FAILED | 8.0 ±0% (24) | FAILED | 2.00 |");
    }

    @Test
    void a_run_is_a_line_of_json() {
        assertThat(run(Contender.WEIR, 2, 4.5).toJson().toString())
                .isEqualTo("{\"java\":17,\"profile\":\"clean\",\"shape\":\"range_1m\",\"library\":\"weir\",\"round\":2,"
                        + "\"ns_per_item\":4.500,\"bytes_per_item\":24.000}");
    }
}
