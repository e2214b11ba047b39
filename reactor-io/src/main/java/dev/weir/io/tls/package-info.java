/**
 * TLS over any {@link dev.weir.io.ByteStream}: sockets, Unix sockets, pairs in memory, simulated networks.
 *
 * <p>A program that is handed its network runs encrypted by one line:
 *
 * <pre>{@code
 * Network<TlsStream> network = TlsNetwork.of(new TcpNetwork(TcpOptions.DEFAULT), TlsOptions.of(context));
 * ByteListener<TlsStream> listener = network.listen(address);
 * AsyncStream.from(listener)
 *         .forEachConcurrent(100, stream -> stream.writer().drain(stream.reader()))
 *         .run(runtime);
 * TlsStream stream = runtime.blockOn(network.connect(listener.localAddress()));
 * Sink<String> lines = FrameSink.of(stream.writer(), new LineEncoder());
 * Source<String> answers = FrameSource.of(stream.reader(), new LineDecoder());
 * }</pre>
 *
 * <p>The protocol itself is the JDK's ({@link javax.net.ssl.SSLEngine}), TLS 1.2 and 1.3. There is no thread here: the
 * two halves of a stream do the work as they are polled, and what takes long in a handshake runs on the threads that
 * the runtime keeps for blocking calls.
 */
@NullMarked
package dev.weir.io.tls;

import org.jspecify.annotations.NullMarked;
