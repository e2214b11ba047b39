package dev.weir.stream.copy;

import dev.weir.task.Budget;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who gets copies. The owner of a pipeline {@linkplain #isDue asks}, after a poll that was cut short by its {@linkplain
 * Budget budget}: such a pipeline computes and does not wait. Then it hands the pipeline in, and goes on with what it
 * gets back, which is the same pipeline in the same state.
 *
 * <pre>
 * run of a shape, after 8, 16, 32, ... polls on a whole budget   then
 * seen less than {@value #HOT} times                             goes on as it is
 * seen {@value #HOT} times                                       classes are made, moves to them
 * seen before and has classes                                    moves to them
 * </pre>
 *
 * <p>A shape is the classes of the operators and of the functions given to them. At most {@value #SHAPES} have classes;
 * the one that was used least recently loses its own, which are unloaded when its last run has ended. The whole is let go
 * of when memory is short, and so is the class loader of whoever wrote the functions. Where there is no memory for
 * copies, a pipeline goes on as it is.
 */
public final class Copies {
    static final int HOT = 8;
    /** So many budgets make a run worth a move: a thousand items cost as much as it does. */
    private static final int LONG = 8;

    static final int SHAPES = 128;

    /** {@code off}, {@code hot}, or {@code always}, which moves every pipeline before its first poll. */
    static final String PROPERTY = "weir.stream.copies";

    private static final String MODE = System.getProperty(PROPERTY, "hot");
    private static final boolean OFF = MODE.equals("off");
    private static final boolean ALWAYS = MODE.equals("always");
    private static SoftReference<LinkedHashMap<List<Class<?>>, Plan>> plans = new SoftReference<>(null);

    private Copies() {}

    /** Tells whether a pipeline that has used up so many budgets is to be handed in now. */
    public static boolean isDue(int budgets) {
        return budgets >= LONG && (budgets & (budgets - 1)) == 0;
    }

    /** Returns what is to run instead of a pipeline that is not in the midst of a poll: itself, or itself moved. */
    public static <P> P ofHot(P pipeline) {
        return OFF ? pipeline : of(pipeline, HOT);
    }

    /** As {@link #ofHot}, for pipelines that were just put together: only if all are to be moved. */
    public static <P> P ofNew(P pipeline) {
        return ALWAYS ? of(pipeline, 1) : pipeline;
    }

    /** Moves a pipeline whose shape has been seen so often. */
    @SuppressWarnings("unchecked") // a copy implements what its original does
    static <P> P of(P pipeline, int hot) {
        try {
            Layout layout = Layout.of(pipeline);
            if (layout == null) {
                return pipeline;
            }
            List<Class<?>> shape = new ArrayList<>();
            layout.describe(pipeline, shape);
            List<Layout.Copy> copies = plan(shape).copies(layout, pipeline, hot);
            if (copies == null) {
                return pipeline;
            }
            Iterator<Layout.Copy> rest = copies.iterator();
            return (P) rest.next().move(pipeline, rest);
        } catch (OutOfMemoryError none) { // of classes, say; what there is has been read only
            return pipeline;
        } catch (ReflectiveOperationException thrown) {
            if (thrown.getCause() instanceof OutOfMemoryError) {
                return pipeline;
            }
            throw new IllegalStateException("cannot move " + pipeline.getClass(), thrown);
        }
    }

    private static synchronized Plan plan(List<Class<?>> shape) {
        LinkedHashMap<List<Class<?>>, Plan> known = plans.get();
        if (known == null) {
            known = new LastUsed();
            plans = new SoftReference<>(known);
        }
        return known.computeIfAbsent(shape, added -> new Plan());
    }

    private static final class LastUsed extends LinkedHashMap<List<Class<?>>, Plan> {
        private static final long serialVersionUID = 1;

        LastUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Class<?>>, Plan> eldest) {
            return size() > SHAPES;
        }
    }

    /** What becomes of a shape. */
    private static final class Plan {
        private int seen;
        private @Nullable List<Layout.Copy> copies;
        private boolean failed;

        synchronized @Nullable List<Layout.Copy> copies(Layout layout, Object pipeline, int hot) {
            if (copies == null && !failed && ++seen >= hot) {
                List<Layout.Copy> made = new ArrayList<>();
                try {
                    layout.define(pipeline, made);
                    copies = List.copyOf(made);
                } catch (ReflectiveOperationException
                        | IOException
                        | RuntimeException
                        | LinkageError
                        | OutOfMemoryError thrown) {
                    failed = true; // as in a native image, which defines no classes: what is there works as well
                }
            }
            return copies;
        }
    }
}
