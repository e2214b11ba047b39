package dev.weir.perf.streams;

import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** A library: a column of the comparison. */
public enum Contender {
    WEIR(WeirLibrary::new, Kind.OURS),
    REACTOR(ReactorLibrary::new, Kind.REACTIVE),
    RXJAVA(RxJavaLibrary::new, Kind.REACTIVE),
    MUTINY(MutinyLibrary::new, Kind.REACTIVE),
    PEKKO(PekkoLibrary::new, Kind.REACTIVE),
    KOTLIN(KotlinLibrary::new, Kind.REACTIVE, Shape.BORDER_1M, Shape.GROUPBY_100K),
    JDK(
            JdkLibrary::new,
            Kind.FLOOR,
            Shape.BORDER_1M,
            Shape.ZIP_100K,
            Shape.MERGE_4_X_25K,
            Shape.BUFFER_100K,
            Shape.BOUNDARY_1M,
            Shape.BOUNDARIES_3_1M,
            Shape.HOP_1M,
            Shape.MAPASYNC_10K),
    LOOP(PlainLoop::new, Kind.FLOOR, Shape.BORDER_1M, Shape.BOUNDARY_1M, Shape.BOUNDARIES_3_1M, Shape.HOP_1M);

    private enum Kind {
        OURS,
        REACTIVE,
        FLOOR
    }

    @SuppressWarnings("ImmutableEnumChecker") // constructors
    private final Supplier<Library> opener;

    private final Kind kind;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of
    private final Set<Shape> lacking;

    Contender(Supplier<Library> opener, Kind kind, Shape... lacking) {
        this.opener = opener;
        this.kind = kind;
        this.lacking = Set.of(lacking);
    }

    Library open() {
        return opener.get();
    }

    /** Tells whether this has no natural form of the shape. */
    boolean lacks(Shape shape) {
        return lacking.contains(shape);
    }

    /** Tells whether Weir is to be held against this: the floors know neither demand nor other threads. */
    boolean isPeer() {
        return kind == Kind.REACTIVE;
    }

    /** Returns the name on the command line and in tables. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
