/**
 * TLS over any {@link dev.weir.io.ByteStream}: sockets, Unix sockets, pairs in memory, simulated networks.
 *
 * <p>A program that is handed its network runs encrypted by one line:
 *
 * <pre>{@code
 * Network<TlsStream> secure = TlsNetwork.of(new TcpNetwork(TcpOptions.DEFAULT), TlsOptions.of(context));
 * }</pre>
 *
 * <p>The protocol itself is the JDK's ({@link javax.net.ssl.SSLEngine}), TLS 1.2 and 1.3. There is no thread here: the
 * two halves of a stream do the work as they are polled, and what takes long in a handshake runs on the threads that
 * the runtime keeps for blocking calls.
 */
@NullMarked
package dev.weir.io.tls;

import org.jspecify.annotations.NullMarked;
