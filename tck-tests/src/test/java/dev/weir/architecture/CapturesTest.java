package dev.weir.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@link ArchitectureTest} asks of classes that are copied, asked of classes that break it. */
class CapturesTest {
    private static final class OfParameters {
        private final IntSupplier next;

        OfParameters(int number) {
            this.next = () -> number + 1;
        }

        int next() {
            IntSupplier none = () -> 1;
            return next.getAsInt() + none.getAsInt();
        }
    }

    private static final class ByLambda {
        private int number;

        int next() {
            return IntStream.generate(() -> ++number).limit(1).sum();
        }
    }

    private static final class ByMethodReference {
        private final IntSupplier next = this::next;

        private int next() {
            return next == null ? 0 : 1;
        }
    }

    private static final class ByInnerClass {
        private int number;

        private final class Next {
            int next() {
                return ++number;
            }
        }

        int next() {
            return new Next().next();
        }
    }

    @Test
    void who_captures_parameters_or_nothing_holds_no_instance() throws Exception {
        assertThat(new OfParameters(1).next()).isEqualTo(3);
        assertThat(Captures.of(OfParameters.class)).isEmpty();
    }

    @Test
    void a_lambda_that_uses_a_field_is_found() throws Exception {
        assertThat(new ByLambda().next()).isEqualTo(1);
        assertThat(Captures.of(ByLambda.class)).singleElement().asString().startsWith("ByLambda: (");
    }

    @Test
    void a_reference_to_a_method_of_its_own_is_found() throws Exception {
        assertThat(new ByMethodReference().next()).isEqualTo(1);
        assertThat(Captures.of(ByMethodReference.class))
                .singleElement()
                .asString()
                .startsWith("ByMethodReference: (");
    }

    @Test
    void an_inner_class_that_uses_a_field_is_found() throws Exception {
        assertThat(new ByInnerClass().next()).isEqualTo(1);
        assertThat(Captures.of(ByInnerClass.class)).singleElement().asString().endsWith("ByInnerClass$Next.this$0");
    }
}
