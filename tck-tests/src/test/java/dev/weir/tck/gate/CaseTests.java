package dev.weir.tck.gate;

import dev.weir.tck.gate.Counts.Outcome;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The tests of a class whose factory makes an instance for each case, one by one as TestNG runs them. */
final class CaseTests {
    /**
     * What has become of a test.
     *
     * @param failure why it has failed, or null
     */
    record Result(Outcome outcome, @Nullable Throwable failure) {}

    private final Constructor<?> factory;
    private final Method cases;
    private final List<Method> before;
    private final List<Method> after;
    private final List<Method> tests;

    CaseTests(Class<?> type) {
        factory = Arrays.stream(type.getConstructors())
                .filter(constructor -> constructor.isAnnotationPresent(Factory.class))
                .findFirst()
                .orElseThrow();
        Factory made = factory.getAnnotation(Factory.class);
        Class<?> provider = made.dataProviderClass() == Object.class ? type : made.dataProviderClass();
        cases = Arrays.stream(provider.getMethods())
                .filter(method -> method.isAnnotationPresent(DataProvider.class))
                .filter(method ->
                        method.getAnnotation(DataProvider.class).name().equals(made.dataProvider()))
                .findFirst()
                .orElseThrow();
        before = concat(annotated(type, BeforeMethod.class), annotated(type, BeforeClass.class));
        after = concat(annotated(type, AfterClass.class), annotated(type, AfterMethod.class));
        tests = annotated(type, Test.class);
    }

    private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(annotation))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static List<Method> concat(List<Method> first, List<Method> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    List<Method> tests() {
        return tests;
    }

    /** Makes an instance for each case. */
    List<Object> instances() throws ReflectiveOperationException {
        List<Object> instances = new ArrayList<>();
        for (Iterator<?> each = (Iterator<?>) cases.invoke(null); each.hasNext(); ) {
            instances.add(factory.newInstance((Object[]) each.next()));
        }
        return instances;
    }

    /**
     * Runs a test of a case, and what else is run before and after all tests of an instance. Any thread; another test of
     * the same case is waited for.
     */
    Result run(Object instance, Method test) {
        try {
            invoke(before, instance);
            try {
                test.invoke(instance);
            } finally {
                invoke(after, instance);
            }
            return new Result(Outcome.PASSED, null);
        } catch (InvocationTargetException thrown) {
            Throwable failure = thrown.getCause();
            return failure instanceof SkipException
                    ? new Result(Outcome.SKIPPED, null)
                    : new Result(Outcome.FAILED, failure);
        } catch (IllegalAccessException hidden) {
            return new Result(Outcome.FAILED, hidden);
        }
    }

    private static void invoke(List<Method> methods, Object instance)
            throws InvocationTargetException, IllegalAccessException {
        for (Method each : methods) {
            each.invoke(instance);
        }
    }
}
