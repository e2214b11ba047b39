package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;

/** What an owner asks a source that has just answered null. */
public final class Ending {
    private Ending() {}

    /**
     * Tells whether the source has completed. A source that is fed by another thread may fail between the null and the
     * question: it is done then, but has not completed. A poll of a source that is done takes no item and tells the
     * two apart (S3).
     *
     * @return false if it may still have items
     * @throws Exception if it has failed
     */
    public static boolean completed(Source<?> source, Context cx) throws Exception {
        return source.isDone() && source.poll(cx) == null;
    }
}
