package dev.weir.stream.op;

import org.jspecify.annotations.Nullable;

/** What the functions of users answer, which is never null (rule 2.13). */
public final class Answer {
    private Answer() {}

    /**
     * Returns an answer, unless it is null.
     *
     * @param who has answered, for the exception: the operator and the function, {@code "map: the mapper"}
     */
    public static <T> T of(@Nullable T answer, String who) {
        if (answer == null) {
            throw refused(who);
        }
        return answer;
    }

    private static NullPointerException refused(String who) {
        return new NullPointerException(who + " returned null (rule 2.13)");
    }
}
