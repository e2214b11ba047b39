package dev.weir.task;

import static dev.weir.task.TaskState.CANCELLED;
import static dev.weir.task.TaskState.COMPLETE;
import static dev.weir.task.TaskState.IDLE;
import static dev.weir.task.TaskState.RUNNING;
import static dev.weir.task.TaskState.SCHEDULED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Every event in every state, generated from the table in {@link TaskState}'s Javadoc. The columns with C are the table's
 * footnotes written out. "=" is the same state and nothing to do; "-" cannot happen.
 */
class TaskStateTest {
    private static final String TABLE = """
            event       | IDLE               | SCHEDULED    | RUNNING     | COMPLETE | SCHEDULED+C | COMPLETE+C | IDLE+C
            toNotified  | SCHEDULED submit   | =            | SCHEDULED   | =        | =           | =          | SCHEDULED+C submit
            toRunning   | -                  | RUNNING poll | -           | -        | = close     | -          | -
            toIdle      | -                  | = submit     | IDLE        | -        | = close     | -          | -
            toComplete  | -                  | COMPLETE     | COMPLETE    | -        | COMPLETE+C  | -          | -
            toCancelled | SCHEDULED+C submit | SCHEDULED+C  | SCHEDULED+C | =        | =           | =          | SCHEDULED+C submit
            toRefused   | -                  | IDLE         | -           | -        | IDLE+C      | -          | -
            """;

    /** What no sequence of events reaches: a cancelled task never runs unnotified. */
    private static final Set<Integer> UNREACHABLE = Set.of(RUNNING | CANCELLED);

    private static final Map<String, Function<TaskState, String>> EVENTS = Map.of(
            "toNotified", state -> state.toNotified() ? "submit" : "",
            "toRunning", state -> state.toRunning() == TaskState.OnRun.POLL ? "poll" : "close",
            "toIdle",
                    state -> switch (state.toIdle()) {
                        case NOTHING -> "";
                        case SUBMIT -> "submit";
                        case CLOSE -> "close";
                    },
            "toComplete",
                    state -> {
                        state.toComplete();
                        return "";
                    },
            "toCancelled", state -> state.toCancelled() ? "submit" : "",
            "toRefused",
                    state -> {
                        state.toRefused();
                        return "";
                    });

    private record Cell(String event, int from, boolean legal, int to, String answer) {}

    private static final class Bare extends TaskState {
        Bare(int state) {
            super(state);
        }
    }

    private static int parse(String name) {
        int life = switch (name.replace("+C", "")) {
            case "IDLE" -> IDLE;
            case "SCHEDULED" -> SCHEDULED;
            case "RUNNING" -> RUNNING;
            case "COMPLETE" -> COMPLETE;
            default -> throw new AssertionError("no state " + name);
        };
        return name.endsWith("+C") ? life | CANCELLED : life;
    }

    private static List<Cell> table() {
        List<String> lines = TABLE.lines().toList();
        List<Integer> states =
                columns(lines.get(0)).skip(1).map(TaskStateTest::parse).toList();
        List<Cell> cells = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> row = columns(line).toList();
            for (int i = 0; i < states.size(); i++) {
                cells.add(cell(row.get(0), states.get(i), row.get(i + 1)));
            }
        }
        return cells;
    }

    private static Cell cell(String event, int from, String text) {
        if (text.equals("-")) {
            return new Cell(event, from, false, from, "");
        }
        int space = text.indexOf(' ');
        String to = space < 0 ? text : text.substring(0, space);
        String answer = space < 0 ? "" : text.substring(space + 1);
        return new Cell(event, from, true, to.equals("=") ? from : parse(to), answer);
    }

    private static Stream<String> columns(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip);
    }

    @TestFactory
    Stream<DynamicTest> every_event_in_every_state() {
        return table().stream()
                .map(cell -> DynamicTest.dynamicTest(
                        cell.event + " in " + TaskState.describe(cell.from), () -> assertFollows(cell)));
    }

    private static void assertFollows(Cell cell) {
        TaskState state = new Bare(cell.from);
        Function<TaskState, String> event = EVENTS.get(cell.event);
        if (cell.legal) {
            assertThat(event.apply(state)).isEqualTo(cell.answer);
        } else {
            assertThatThrownBy(() -> event.apply(state))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(cell.event)
                    .hasMessageContaining(TaskState.describe(cell.from));
        }
        assertThat(state.state()).as(state.toString()).isEqualTo(cell.to);
        assertThat(state.isComplete()).isEqualTo((cell.to & ~CANCELLED) == COMPLETE);
        assertThat(state.isCancelRequested()).isEqualTo((cell.to & CANCELLED) != 0);
    }

    @Test
    void the_table_is_whole() {
        assertThat(table()).hasSize(EVENTS.size() * 7);
    }

    @Test
    void the_columns_are_the_states_that_can_be_reached() {
        Set<Integer> columns = new HashSet<>();
        table().forEach(cell -> columns.add(cell.from));
        Set<Integer> reached = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(SCHEDULED));
        while (!open.isEmpty()) {
            int from = open.remove();
            if (reached.add(from)) {
                for (Function<TaskState, String> event : EVENTS.values()) {
                    TaskState state = new Bare(from);
                    try {
                        assertThat(event.apply(state)).isNotNull();
                        open.add(state.state());
                    } catch (IllegalStateException impossible) {
                        assertThat(state.state()).isEqualTo(from);
                    }
                }
            }
        }
        assertThat(reached).isEqualTo(columns).doesNotContainAnyElementsOf(UNREACHABLE);
    }

    @Test
    void the_end_wakes_every_joiner_once_and_refuses_later_ones() {
        TaskState state = new Bare(RUNNING);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        assertThat(state.addJoiner(first::incrementAndGet)).isTrue();
        assertThat(state.addJoiner(second::incrementAndGet)).isTrue();
        state.toComplete();
        assertThat(first).hasValue(1);
        assertThat(second).hasValue(1);
        assertThat(state.addJoiner(first::incrementAndGet)).isFalse();
        state.removeJoiner(Waker.noop());
        assertThat(state.joinerCount()).isZero();
        assertThat(first).hasValue(1);
    }

    @Test
    void a_joiner_that_throws_keeps_none_of_the_others_from_being_woken() {
        TaskState state = new Bare(RUNNING);
        AtomicInteger wakes = new AtomicInteger();
        Error first = new OutOfMemoryError("meant to fail");
        state.addJoiner(wakes::incrementAndGet);
        state.addJoiner(() -> {
            throw new IllegalStateException("fails as well");
        });
        state.addJoiner(
                () -> { // the latest is woken first
                    throw first;
                });
        assertThatThrownBy(state::toComplete).isSameAs(first);
        assertThat(wakes).hasValue(1);
        assertThat(state.isComplete()).isTrue();
    }

    @Test
    void the_same_joiner_is_kept_once() {
        TaskState state = new Bare(RUNNING);
        AtomicInteger wakes = new AtomicInteger();
        Waker waker = wakes::incrementAndGet;
        for (int i = 0; i < 100; i++) {
            assertThat(state.addJoiner(waker)).isTrue();
            assertThat(state.addJoiner(Waker.noop())).isTrue();
        }
        assertThat(state.joinerCount()).isEqualTo(2);
        state.toComplete();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void a_joiner_that_gave_up_is_forgotten_and_the_others_are_woken() {
        TaskState state = new Bare(RUNNING);
        AtomicInteger[] wakes = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        Waker[] wakers = {wakes[0]::incrementAndGet, wakes[1]::incrementAndGet, wakes[2]::incrementAndGet};
        for (Waker waker : wakers) {
            assertThat(state.addJoiner(waker)).isTrue();
        }
        state.removeJoiner(wakers[1]);
        assertThat(state.joinerCount()).isEqualTo(2);
        state.toComplete();
        assertThat(wakes).extracting(AtomicInteger::get).containsExactly(1, 0, 1);
    }

    @Test
    void joiners_that_have_ended_do_not_pile_up() {
        TaskState state = new Bare(RUNNING);
        AtomicInteger wakes = new AtomicInteger();
        assertThat(state.addJoiner(wakes::incrementAndGet)).isTrue();
        for (int i = 0; i < 1_000; i++) {
            EndedTask passing = new EndedTask();
            assertThat(state.addJoiner(passing)).isTrue();
            passing.toComplete();
        }
        assertThat(state.joinerCount()).isLessThan(8);
        state.toComplete();
        assertThat(wakes).hasValue(1);
    }

    /** A walk through all of them for each that comes would take minutes. */
    @Test
    @Timeout(20)
    void a_joiner_costs_the_same_however_many_there_are() {
        TaskState state = new Bare(RUNNING);
        AtomicInteger wakes = new AtomicInteger();
        for (int i = 0; i < 300_000; i++) {
            assertTrue(state.addJoiner(new Counts(wakes)));
        }
        state.toComplete();
        assertThat(wakes).hasValue(300_000);
    }

    @Test
    void joiners_that_are_added_again_and_again_do_not_pile_up_and_none_is_forgotten() {
        TaskState state = new Bare(RUNNING);
        AtomicInteger once = new AtomicInteger();
        assertThat(state.addJoiner(once::incrementAndGet)).isTrue();
        List<AtomicInteger> wakes =
                Stream.generate(AtomicInteger::new).limit(100).toList();
        List<Counts> wakers = wakes.stream().map(Counts::new).toList();
        for (int i = 0; i < 1_000; i++) {
            wakers.forEach(waker -> assertThat(state.addJoiner(waker)).isTrue());
            assertThat(state.joinerCount()).isLessThan(512);
        }
        state.toComplete();
        assertThat(once).hasValue(1);
        assertThat(wakes).allMatch(count -> count.get() > 0);
    }

    private record Counts(AtomicInteger wakes) implements Waker {
        @Override
        public void wake() {
            wakes.incrementAndGet();
        }
    }

    private static final class EndedTask extends TaskState implements Waker {
        EndedTask() {
            super(RUNNING);
        }

        @Override
        public void wake() {
            assertThat(toNotified()).isFalse();
        }
    }
}
