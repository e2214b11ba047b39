package dev.weir.perf.serve;

import dev.weir.io.ByteStream;
import dev.weir.io.CopyBidirectional;
import dev.weir.io.net.TcpStream;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Passes each connection on to another server, in both directions, each at the pace of its receiver. A side that ends
 * its direction goes on receiving; a side that breaks breaks the other.
 */
public final class ProxyService implements Service {
    private final InetSocketAddress target;
    private final LongAdder forth = new LongAdder();
    private final LongAdder back = new LongAdder();

    /**
     * Creates a proxy.
     *
     * @param target looked up anew for each connection if it is unresolved
     */
    public ProxyService(InetSocketAddress target) {
        this.target = target;
    }

    @Override
    public Pollable<?> serve(TcpStream client) {
        return new Passage(client);
    }

    @Override
    public String totals() {
        return forth.sum() + " bytes passed on, " + back.sum() + " bytes passed back";
    }

    private final class Passage implements Pollable<CopyBidirectional.Counts> {
        private final ByteStream client;
        private final Pollable<TcpStream> connecting = TcpStream.connect(target);
        private @Nullable CopyBidirectional copy;

        Passage(ByteStream client) {
            this.client = client;
        }

        @Override
        public Poll<CopyBidirectional.Counts> poll(Context cx) throws Exception {
            if (copy == null) {
                Poll<TcpStream> server = connecting.poll(cx);
                if (server.isPending()) {
                    return Poll.pending();
                }
                copy = CopyBidirectional.of(client, server.get());
            }
            return copy.poll(cx);
        }

        @Override
        public void close() {
            connecting.close();
            if (copy == null) {
                client.abort();
                return;
            }
            copy.close();
            forth.add(copy.forth());
            back.add(copy.back());
        }
    }
}
