/**
 * As much HTTP/1.1 (RFC 9112) as a server of one plaintext needs. The parser and the answers are plain values without
 * threads or sockets; {@link dev.weir.perf.http.HttpResponder} makes them a stage between a socket's reader and its
 * writer, owned by one task.
 */
@NullMarked
package dev.weir.perf.http;

import org.jspecify.annotations.NullMarked;
