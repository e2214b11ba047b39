package dev.weir.perf.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.perf.upload.Outlet;
import dev.weir.perf.wire.StreamPattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/** Reactor Netty, on the transport that it prefers. */
final class ReactorNettyServer implements PeerServer {
    private static final int BACKLOG = 4096;

    @Override
    public int start(Kind kind, int port, int threads, Outlet outlet) {
        LoopResources loops = LoopResources.create("peer", threads, true);
        if (kind == Kind.HTTP) {
            return http(port, loops);
        }
        return TcpServer.create()
                .runOn(loops)
                .host("127.0.0.1")
                .port(port)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(StreamPattern.AHEAD / 2, StreamPattern.AHEAD))
                .handle((in, out) -> serve(kind, in, out, outlet))
                .bindNow()
                .port();
    }

    private static Publisher<Void> serve(Kind kind, NettyInbound in, NettyOutbound out, Outlet outlet) {
        return switch (kind) {
            case ECHO -> out.send(in.receive().retain());
            case STREAM -> stream(out);
            case SINK -> in.receive().then();
            case UPLOAD -> upload(in, outlet);
            case HTTP -> throw new IllegalArgumentException("http is no plain connection");
        };
    }

    private static Publisher<Void> stream(NettyOutbound out) {
        ByteBuf chunk = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(StreamPattern.chunks(1)));
        return out.send(Mono.fromSupplier(chunk::duplicate).repeat());
    }

    /** Each chunk is asked for when the one before it is through, or so it reads. */
    private static Publisher<Void> upload(NettyInbound in, Outlet outlet) {
        Outlet.Client client = outlet.enter();
        return in.receive()
                .asByteArray()
                .concatMap(bytes -> Mono.delay(Duration.ofNanos(outlet.admit(bytes.length)))
                        .doOnNext(tick -> client.consumed(bytes.length)))
                .doOnError(client::failed)
                .then();
    }

    private static int http(int port, LoopResources loops) {
        ByteBuf body = Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(BODY.getBytes(US_ASCII)));
        HttpDate date = new HttpDate();
        return HttpServer.create()
                .runOn(loops)
                .host("127.0.0.1")
                .port(port)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handle((request, response) -> response.header(HttpHeaderNames.SERVER, SERVER)
                        .header(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                        .header(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(BODY.length()))
                        .header(HttpHeaderNames.DATE, date.now())
                        .send(Flux.just(body.duplicate())))
                .bindNow()
                .port();
    }
}
