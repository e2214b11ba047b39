package dev.weir.perf.load;

import java.nio.ByteBuffer;

/** What one connection sends and expects. Confined to the thread of the load. */
interface Exchange {
    /** Returns the next request, which is written to its limit before it is asked for again. */
    ByteBuffer nextRequest();

    /**
     * Checks and consumes a part of the answer.
     *
     * @return how many operations it has completed
     * @throws WrongAnswerException if the server has sent something else
     */
    int take(ByteBuffer answer) throws WrongAnswerException;

    /** Tells whether everything asked for was answered, so that the next request may be sent. */
    boolean isAnswered();

    /** The server did not answer as it should. */
    final class WrongAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        WrongAnswerException(String message) {
            super(message);
        }
    }
}
