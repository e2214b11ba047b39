package dev.weir.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.AsyncStream;
import dev.weir.stream.ConnectableStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A public operator that nobody put to the TCK does not pass. */
class EveryOperatorHasARowTest {
    /** Those without items, of which the TCK has nothing to verify, and one that changes no item. */
    private static final Set<String> EXEMPT = Set.of("empty", "never", "failed", "on");

    @Test
    void every_public_method_that_makes_a_stream_has_a_row() {
        assertThat(methods())
                .hasSizeGreaterThan(100)
                .allSatisfy(name -> assertThat(StreamCases.names()).contains(name));
    }

    private static Set<String> methods() {
        return Arrays.stream(AsyncStream.class.getMethods())
                .filter(method -> method.getReturnType() == AsyncStream.class
                        || method.getReturnType() == ConnectableStream.class)
                .map(Method::getName)
                .filter(name -> !EXEMPT.contains(name))
                .collect(Collectors.toSet());
    }
}
