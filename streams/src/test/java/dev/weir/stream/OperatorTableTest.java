package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The one list of operators and what the peers call them. {@code docs/operators.md} is made from it; run this with {@code
 * -Dweir.write=true} to write it. Names of Reactor and RxJava are looked up in their classes.
 */
class OperatorTableTest {
    private static final Path PAGE = Path.of(System.getProperty("weir.root", ".."), "docs", "operators.md");

    /** A line of the table; a dash where a peer has none. Names in one cell are separated by commas. */
    private record Row(String theme, String weir, String reactor, String rxJava, String mutiny) {
        static Row of(String theme, String line) {
            String[] cells = line.split("\\s*\\|\\s*", -1);
            assertThat(cells).as(line).hasSize(4);
            return new Row(theme, cells[0].strip(), cells[1], cells[2], cells[3].strip());
        }
    }

    @Test
    void every_operator_is_in_the_table() throws Exception {
        assertThat(methods()).isEqualTo(names(rows().map(Row::weir)));
    }

    @Test
    void what_is_said_of_reactor_and_rxjava_exists() throws Exception {
        Set<String> reactor = namesOf(
                Flux.class,
                Mono.class,
                reactor.core.publisher.ConnectableFlux.class,
                reactor.core.publisher.ParallelFlux.class);
        Set<String> rxJava = namesOf(
                Flowable.class,
                io.reactivex.rxjava3.core.Completable.class,
                io.reactivex.rxjava3.parallel.ParallelFlowable.class);
        assertThat(names(rows().map(Row::reactor))).isSubsetOf(reactor);
        assertThat(names(rows().map(Row::rxJava))).isSubsetOf(rxJava);
    }

    @Test
    void the_page_is_what_the_table_says() throws Exception {
        String page = page();
        if (Boolean.getBoolean("weir.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static Set<String> methods() {
        return Arrays.stream(AsyncStream.class.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class && !method.isSynthetic())
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private static Set<String> namesOf(Class<?>... classes) {
        return Arrays.stream(classes)
                .flatMap(each -> Arrays.stream(each.getMethods()))
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private static Set<String> names(Stream<String> cells) {
        return cells.flatMap(cell -> Arrays.stream(cell.split(",\\s*")))
                .filter(name -> !name.equals("-"))
                .collect(Collectors.toSet());
    }

    private static Stream<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        String theme = "";
        for (String line : lines()) {
            if (line.startsWith("## ")) {
                theme = line.substring(3);
            } else {
                rows.add(Row.of(theme, line));
            }
        }
        return rows.stream();
    }

    private static List<String> lines() throws Exception {
        try (var in = Objects.requireNonNull(OperatorTableTest.class.getResourceAsStream("operators.txt"))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }

    private static String page() throws Exception {
        StringBuilder page = new StringBuilder("""
                # Operators

                What `AsyncStream` has, and what its peers call it. Made by `OperatorTableTest`, which also looks the
                names of Reactor and RxJava up in their classes and fails when an operator is missing here. Those of
                Mutiny are as its documentation has them. A name in one line does not mean that all details agree: the
                Javadoc says what each does with demand, order, failure and cancellation.
                """);
        String theme = "";
        for (Row row : rows().toList()) {
            if (!row.theme.equals(theme)) {
                theme = row.theme;
                page.append("\n## ")
                        .append(theme)
                        .append("\n\n| Weir | Reactor | RxJava 3 | Mutiny |\n|---|---|---|---|\n");
            }
            page.append("| ")
                    .append(code(row.weir))
                    .append(" | ")
                    .append(code(row.reactor))
                    .append(" | ");
            page.append(code(row.rxJava)).append(" | ").append(code(row.mutiny)).append(" |\n");
        }
        return page.append("\n").append(rows().count()).append(" lines.\n").toString();
    }

    private static String code(String cell) {
        return cell.equals("-")
                ? "–"
                : Arrays.stream(cell.split(",\\s*"))
                        .map(name -> "`" + name + "`")
                        .collect(Collectors.joining(", "));
    }
}
