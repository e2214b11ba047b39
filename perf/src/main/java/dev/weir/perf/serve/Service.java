package dev.weir.perf.serve;

import dev.weir.io.net.TcpStream;
import dev.weir.perf.report.JsonLine;
import dev.weir.task.Pollable;

/** What a server does with each connection. Any thread may call it. */
public interface Service {
    /**
     * Returns the computation that serves a connection to its end and closes it. It is run as a task of its own; its
     * failure ends this connection and nothing else.
     */
    Pollable<?> serve(TcpStream socket);

    /** Returns what there is to say of all connections together when the server ends; empty if nothing. */
    default String totals() {
        return "";
    }

    /** Returns what a program that watches the server wants to know of all connections together. */
    default JsonLine vitals() {
        return new JsonLine();
    }
}
