package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a function hand out any number of items for each one it is given; they are held until they are asked for. What it
 * throws comes after those that it has handed out.
 */
public final class MapMulti<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final BiConsumer<? super T, ? super Consumer<R>> mapper;
    private final ArrayDeque<R> made = new ArrayDeque<>();
    private @Nullable Throwable failure;

    public MapMulti(Source<? extends T> upstream, BiConsumer<? super T, ? super Consumer<R>> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        if (!made.isEmpty()) {
            return cx.charge() ? made.poll() : null;
        }
        Failures.rethrow(failure);
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return null;
            }
            map(item);
            R next = made.poll(); // upstream has paid for the first
            if (next != null) {
                return next;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private void map(T item) {
        try {
            mapper.accept(item, (Consumer<R>) this::add);
        } catch (Throwable thrown) {
            if (made.isEmpty()) {
                throw thrown;
            }
            failure = thrown;
        }
    }

    private void add(R item) {
        made.add(Objects.requireNonNull(item, "mapMulti: the consumer was given null (rule 2.13)"));
    }

    @Override
    public boolean isDone() {
        return made.isEmpty() && (failure != null || upstream.isDone());
    }

    @Override
    public void close() {
        made.clear();
        upstream.close();
    }
}
