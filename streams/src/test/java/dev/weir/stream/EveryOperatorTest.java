package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No operator without a row. */
class EveryOperatorTest {
    /** Delegates, or what the tests of boundaries cover because it needs a runtime. */
    private static final Set<String> ELSEWHERE = Set.of(
            "on",
            "onCaller",
            "detach",
            "onBackpressure",
            "onBackpressureBuffer",
            "onBackpressureDrop",
            "onBackpressureLatest",
            "onBackpressureError",
            "onBackpressureReduce",
            "parallel",
            "share",
            "replay",
            "cache");

    @Test
    void every_operator_has_a_row_in_the_test_of_the_laws() {
        Set<String> rows =
                OperatorCases.all().map(row -> row.name().split("[ ,]", 2)[0]).collect(Collectors.toSet());

        assertThat(operators().filter(name -> !ELSEWHERE.contains(name)))
                .isNotEmpty()
                .isSubsetOf(rows);
    }

    static Stream<String> operators() {
        return Arrays.stream(AsyncStream.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == AsyncStream.class)
                .map(Method::getName)
                .distinct();
    }
}
