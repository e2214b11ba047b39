package dev.weir.perf.peer;

import dev.weir.perf.upload.Outlet;
import dev.weir.perf.wire.StreamPattern;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Vert.x: a verticle for each event loop, on its native transport. */
final class VertxServer implements PeerServer {
    private static final int BACKLOG = 4096;

    @Override
    public int start(Kind kind, int port, int threads, Outlet outlet) throws Exception {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(threads).setPreferNativeTransport(true));
        CompletableFuture<Integer> bound = new CompletableFuture<>();
        vertx.deployVerticle(
                        () -> new Serving(kind, port, outlet, bound), new DeploymentOptions().setInstances(threads))
                .onFailure(bound::completeExceptionally);
        return bound.get(30, TimeUnit.SECONDS);
    }

    private static final class Serving extends VerticleBase {
        private static final Buffer CHUNK = chunk();
        private static final Buffer GREETING = Buffer.buffer(BODY);

        private final Kind kind;
        private final int port;
        private final Outlet outlet;
        private final CompletableFuture<Integer> bound;
        private final HttpDate date = new HttpDate();

        Serving(Kind kind, int port, Outlet outlet, CompletableFuture<Integer> bound) {
            this.kind = kind;
            this.port = port;
            this.outlet = outlet;
            this.bound = bound;
        }

        private static Buffer chunk() {
            byte[] bytes = new byte[StreamPattern.CHUNK];
            StreamPattern.chunks(1).get(bytes);
            return Buffer.buffer(bytes);
        }

        @Override
        public Future<?> start() {
            if (kind == Kind.HTTP) {
                return vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(BACKLOG))
                        .requestHandler(this::answer)
                        .listen(port, "127.0.0.1")
                        .onSuccess(server -> bound.complete(server.actualPort()));
            }
            return vertx.createNetServer(new NetServerOptions().setAcceptBacklog(BACKLOG))
                    .connectHandler(this::serve)
                    .listen(port, "127.0.0.1")
                    .onSuccess(server -> bound.complete(server.actualPort()));
        }

        private void answer(HttpServerRequest request) {
            request.response()
                    .putHeader(HttpHeaderNames.SERVER, SERVER)
                    .putHeader(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                    .putHeader(HttpHeaderNames.DATE, date.now())
                    .end(GREETING);
        }

        private void serve(NetSocket socket) {
            switch (kind) {
                case ECHO -> socket.pipeTo(socket);
                case STREAM -> {
                    socket.setWriteQueueMaxSize(StreamPattern.AHEAD);
                    socket.drainHandler(drained -> fill(socket));
                    fill(socket);
                }
                case SINK -> socket.handler(bytes -> {});
                case UPLOAD -> upload(socket);
                case HTTP -> throw new IllegalArgumentException("http is no plain connection");
            }
        }

        private static void fill(NetSocket socket) {
            while (!socket.writeQueueFull()) {
                if (socket.write(CHUNK).failed()) {
                    return; // the client has left, and what fails never fills the queue
                }
            }
        }

        /** Pauses the socket until the outlet has taken what it brought. */
        private void upload(NetSocket socket) {
            Outlet.Client client = outlet.enter();
            socket.exceptionHandler(client::failed);
            socket.handler(bytes -> {
                socket.pause();
                long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(outlet.admit(bytes.length())));
                vertx.setTimer(millis, timer -> {
                    client.consumed(bytes.length());
                    socket.resume();
                });
            });
        }
    }
}
