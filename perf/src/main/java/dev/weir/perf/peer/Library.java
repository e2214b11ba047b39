package dev.weir.perf.peer;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Locale;

/** What a server can be built on. */
enum Library {
    NETTY_NIO {
        @Override
        PeerServer server() {
            return netty(NioIoHandler.newFactory(), NioServerSocketChannel.class);
        }
    },
    NETTY_EPOLL {
        @Override
        PeerServer server() {
            return netty(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
        }
    },
    NETTY_IO_URING {
        @Override
        PeerServer server() {
            return netty(IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
        }
    },
    REACTOR_NETTY {
        @Override
        PeerServer server() {
            return new ReactorNettyServer();
        }
    },
    VERTX {
        @Override
        PeerServer server() {
            return new VertxServer();
        }
    },
    VIRTUAL {
        @Override
        PeerServer server() {
            return new VirtualThreadServer();
        }
    };

    abstract PeerServer server();

    private static PeerServer netty(IoHandlerFactory handlers, Class<? extends ServerChannel> channel) {
        return new NettyServer(handlers, channel);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
