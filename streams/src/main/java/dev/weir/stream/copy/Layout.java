package dev.weir.stream.copy;

import dev.weir.stream.op.Buffer;
import dev.weir.stream.op.Concat;
import dev.weir.stream.op.ConcatMap;
import dev.weir.stream.op.ConcatMapIterable;
import dev.weir.stream.op.Filter;
import dev.weir.stream.op.FlatMap;
import dev.weir.stream.op.ItemSource;
import dev.weir.stream.op.MapNotNull;
import dev.weir.stream.op.Merge;
import dev.weir.stream.op.Peek;
import dev.weir.stream.op.Scan;
import dev.weir.stream.op.Skip;
import dev.weir.stream.op.SkipWhile;
import dev.weir.stream.op.Take;
import dev.weir.stream.op.TakeUntil;
import dev.weir.stream.op.TakeWhile;
import dev.weir.stream.op.Zip;
import dev.weir.stream.sink.Collect;
import dev.weir.stream.sink.ForEach;
import dev.weir.stream.sink.Reduce;
import dev.weir.stream.source.GenerateSource;
import dev.weir.stream.source.IterableSource;
import dev.weir.stream.source.RangeSource;
import dev.weir.stream.source.UnfoldSource;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the instances of a class hold, for classes whose instances can be moved to a copy of it. */
final class Layout {
    /**
     * Classes that hand {@code this} to nobody. Of an operator that did, as one that is told of a timer or of a stage
     * does, others would go on to tell the instance that was left. Nor may a lambda take {@code this}: the call that makes
     * it names the original class, and no verifier lets a copy pass there.
     */
    private static final Set<Class<?>> MOVABLE = Set.of(
            RangeSource.class,
            ItemSource.class,
            IterableSource.class,
            GenerateSource.class,
            UnfoldSource.class,
            dev.weir.stream.op.Map.class,
            MapNotNull.class,
            Filter.class,
            Peek.class,
            Scan.class,
            Take.class,
            TakeWhile.class,
            TakeUntil.class,
            Skip.class,
            SkipWhile.class,
            Buffer.class,
            Concat.class,
            ConcatMap.class,
            ConcatMapIterable.class,
            FlatMap.class,
            Merge.class,
            Zip.class,
            Reduce.class,
            ForEach.class,
            Collect.class);

    private static final ClassValue<Layout> LAYOUTS = new ClassValue<>() {
        @Override
        protected Layout computeValue(Class<?> type) {
            return new Layout(type);
        }
    };

    private final Class<?> type;
    private final List<Field> fields;

    private Layout(Class<?> type) {
        this.type = type;
        this.fields = List.of(type.getDeclaredFields()).stream()
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .peek(field -> field.setAccessible(true))
                .toList();
    }

    /** Returns the layout of an operator; null if its class is not one of those that can be copied. */
    static @Nullable Layout of(Object operator) {
        Class<?> type = operator.getClass();
        return MOVABLE.contains(type) || (operator instanceof Movable && !type.isHidden()) ? LAYOUTS.get(type) : null;
    }

    static Set<Class<?>> movable() {
        return MOVABLE;
    }

    /** Adds what the shape of the operator consists of: its class, and the classes of what it calls. */
    void describe(Object operator, List<Class<?>> shape) throws IllegalAccessException {
        shape.add(type);
        for (Field field : fields) {
            if (Modifier.isFinal(field.getModifiers()) && field.getType().isInterface()) {
                Object called = field.get(operator);
                Layout layout = called == null || !isOperator(field) ? null : of(called);
                if (layout != null) {
                    layout.describe(called, shape);
                } else {
                    shape.add(called == null ? Void.class : called.getClass());
                }
            }
        }
    }

    /** Adds copies of the class and of those of its upstreams, in the order in which they are described. */
    void define(Object operator, List<Copy> copies) throws ReflectiveOperationException, IOException {
        copies.add(new Copy());
        for (Field field : fields) {
            Layout layout = upstream(field, operator);
            if (layout != null) {
                layout.define(field.get(operator), copies);
            }
        }
    }

    private static @Nullable Layout upstream(Field field, Object operator) throws IllegalAccessException {
        if (!isOperator(field)) {
            return null;
        }
        Object called = field.get(operator);
        return called == null ? null : of(called);
    }

    private static boolean isOperator(Field field) {
        return Modifier.isFinal(field.getModifiers())
                && (field.getType() == Source.class || field.getType() == Pollable.class);
    }

    /** A hidden class with the bytes of this one. */
    final class Copy {
        private final Constructor<?> constructor;
        private final Field[] copied;

        private Copy() throws ReflectiveOperationException, IOException {
            Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .defineHiddenClass(ClassBytes.of(type), false, Lookup.ClassOption.NESTMATE);
            constructor = lookup.lookupClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            copied = new Field[fields.size()];
            for (int i = 0; i < copied.length; i++) {
                copied[i] = lookup.lookupClass().getDeclaredField(fields.get(i).getName());
                copied[i].setAccessible(true);
            }
        }

        /** Returns what takes the operator's place. The copies of its upstreams are taken from the list. */
        Object move(Object operator, Iterator<Copy> upstreams) throws ReflectiveOperationException {
            Object moved = constructor.newInstance();
            for (int i = 0; i < copied.length; i++) {
                Field field = fields.get(i);
                Object value = field.get(operator);
                copied[i].set(
                        moved,
                        upstream(field, operator) == null
                                ? value
                                : upstreams.next().move(value, upstreams));
            }
            return moved;
        }
    }
}
