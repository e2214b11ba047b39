package dev.weir.testkit.junit;

import dev.weir.testkit.simulation.Simulation;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a {@link WeirTest} once with each of its seeds. */
@SuppressWarnings("exports") // whoever uses this requires JUnit, and nobody else shall have to
public final class WeirExtension implements TestTemplateInvocationContextProvider {
    /** For JUnit. */
    public WeirExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), WeirTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        WeirTest test = AnnotationSupport.findAnnotation(context.getTestMethod(), WeirTest.class)
                .orElseThrow();
        if (test.seeds() < 1) {
            throw new IllegalArgumentException("seeds must be at least 1, was " + test.seeds());
        }
        String only = System.getProperty(Simulation.SEED_PROPERTY);
        LongStream seeds = only != null
                ? LongStream.of(Long.parseLong(only.trim()))
                : LongStream.range(test.seed(), test.seed() + test.seeds());
        return seeds.mapToObj(seed -> new Invocation(test, seed));
    }

    private record Invocation(WeirTest test, long seed) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Fixture(test, seed));
        }
    }
}
