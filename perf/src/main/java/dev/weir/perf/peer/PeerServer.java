package dev.weir.perf.peer;

import dev.weir.perf.http.HttpAnswers;
import dev.weir.perf.upload.Outlet;

/** A server on one library. It runs until the process ends. */
interface PeerServer {
    /** The body and the fields that every HTTP server sends, so that all answers are equally long. */
    String BODY = HttpAnswers.BODY;

    String SERVER = HttpAnswers.SERVER;

    /**
     * Listens at 127.0.0.1 and serves from now on.
     *
     * @param port 0 lets the system choose
     * @param threads event loops, or carriers of virtual threads
     * @param outlet takes what is uploaded
     * @return the port
     */
    int start(Kind kind, int port, int threads, Outlet outlet) throws Exception;
}
