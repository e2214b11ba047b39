package dev.weir.stream.op;

import java.util.ArrayList;
import java.util.List;

/**
 * Which named places of a stream a failure has passed, the innermost first. It is found among the suppressed exceptions
 * of the failure, so that every log shows it, and has no stack of its own.
 */
public final class Trail extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A failure that is thrown again and again, as that of a constant may be, is not made longer for ever. */
    private static final int MAX_PLACES = 64;

    /** Of a type that goes with the exception when that is serialized. */
    private final ArrayList<String> places = new ArrayList<>(4);

    private Trail() {
        super(null, null, false, false);
    }

    /** Returns the trail of a failure; a new one if it has none. */
    static Trail of(Throwable failure) {
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof Trail trail) {
                return trail;
            }
        }
        Trail trail = new Trail();
        failure.addSuppressed(trail);
        return trail;
    }

    synchronized void passed(String place) {
        if (places.size() < MAX_PLACES && !places.contains(place)) {
            places.add(place);
        }
    }

    /** Returns the places, the one closest to the failure first. */
    public synchronized List<String> places() {
        return List.copyOf(places);
    }

    @Override
    public String getMessage() {
        return "the failure passed, innermost first:"
                + String.join("", places().stream().map(p -> "\n\t| " + p).toList());
    }
}
