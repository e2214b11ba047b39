package dev.weir.perf.peer;

import dev.weir.perf.upload.Outlet;
import dev.weir.perf.wire.Loopback;
import dev.weir.perf.wire.StreamPattern;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Netty's own way: handlers in a pipeline, on whichever transport. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection
final class NettyServer implements PeerServer {
    private static final int BACKLOG = 4096;

    private final IoHandlerFactory handlers;
    private final Class<? extends ServerChannel> transport;

    NettyServer(IoHandlerFactory handlers, Class<? extends ServerChannel> transport) {
        this.handlers = handlers;
        this.transport = transport;
    }

    @Override
    public int start(Kind kind, int port, int threads, Outlet outlet) throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(threads, handlers);
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(transport)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, kind != Kind.UPLOAD)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        switch (kind) {
                            case ECHO -> channel.pipeline().addLast(new Echo());
                            case HTTP -> channel.pipeline().addLast(new HttpServerCodec(), new NettyHttpHandler());
                            case STREAM -> {
                                channel.config()
                                        .setWriteBufferWaterMark(
                                                new WriteBufferWaterMark(StreamPattern.AHEAD / 2, StreamPattern.AHEAD));
                                channel.pipeline().addLast(new Stream());
                            }
                            case SINK -> channel.pipeline().addLast(new Sink());
                            case UPLOAD -> channel.pipeline().addLast(new Upload(outlet));
                        }
                    }
                })
                .bind(Loopback.port(port))
                .sync()
                .channel();
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private abstract static class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private static final class Echo extends Handler {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.write(message, ctx.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }

    private static final class Stream extends Handler {
        private static final ByteBuf CHUNK =
                Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(StreamPattern.chunks(1)));

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            fill(ctx);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            fill(ctx);
        }

        private static void fill(ChannelHandlerContext ctx) {
            if (!ctx.channel().isWritable()) {
                return;
            }
            while (ctx.channel().isWritable()) {
                ctx.write(CHUNK.duplicate(), ctx.voidPromise());
            }
            ctx.flush();
        }
    }

    private static final class Sink extends Handler {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /** Reads when the outlet has taken what was read before; one read may bring several messages. */
    private static final class Upload extends Handler {
        private final Outlet outlet;
        private final Outlet.Client client;
        private int underWay;

        Upload(Outlet outlet) {
            this.outlet = outlet;
            client = outlet.enter();
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            int length = ((ByteBuf) message).readableBytes();
            underWay++;
            ctx.executor()
                    .schedule(
                            () -> {
                                client.consumed(length);
                                ReferenceCountUtil.release(message);
                                if (--underWay == 0) {
                                    ctx.read();
                                }
                            },
                            outlet.admit(length),
                            TimeUnit.NANOSECONDS);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            client.failed(cause);
            ctx.close();
        }
    }
}
