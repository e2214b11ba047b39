package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Objects;

/**
 * Settings of UDP sockets. Immutable: each method returns a copy that differs in one setting.
 *
 * @param maxDatagram bytes of a payload at most, from 1 to {@link #MAX_PAYLOAD}; longer ones are neither sent nor
 *     handed on
 * @param receiveBuffer bytes the kernel may hold that were not received (SO_RCVBUF); 0 leaves the choice to the kernel
 * @param sendBuffer bytes the kernel may hold that were not sent (SO_SNDBUF); 0 leaves the choice to the kernel
 * @param reuseAddress whether several sockets may be bound to one multicast port (SO_REUSEADDR)
 * @param broadcast whether broadcast addresses may be sent to (SO_BROADCAST)
 * @param multicastTtl how many networks a multicast datagram may pass, from 0 to 255 (IP_MULTICAST_TTL)
 * @param multicastLoop whether what is sent to a group is received on this machine too (IP_MULTICAST_LOOP)
 * @param byteBudget what bounds the bytes that were received and not consumed, together with all who share it
 */
public record UdpOptions(
        int maxDatagram,
        int receiveBuffer,
        int sendBuffer,
        boolean reuseAddress,
        boolean broadcast,
        int multicastTtl,
        boolean multicastLoop,
        ByteBudget byteBudget) {
    /** What fits into a packet of IPv4. */
    public static final int MAX_PAYLOAD = 65_507;

    /**
     * Datagrams of any size, buffers as the kernel likes them, no broadcasts, multicasts within this network, the
     * shared byte budget.
     */
    public static final UdpOptions DEFAULT =
            new UdpOptions(MAX_PAYLOAD, 0, 0, false, false, 1, true, ByteBudget.shared());

    /** Checks the ranges. */
    public UdpOptions {
        if (maxDatagram < 1 || maxDatagram > MAX_PAYLOAD) {
            throw new IllegalArgumentException("maxDatagram must be from 1 to " + MAX_PAYLOAD + ", was " + maxDatagram);
        }
        Objects.requireNonNull(byteBudget, "byteBudget");
        TcpOptions.requireAtLeast(0, receiveBuffer, "receiveBuffer");
        TcpOptions.requireAtLeast(0, sendBuffer, "sendBuffer");
        if (multicastTtl < 0 || multicastTtl > 255) {
            throw new IllegalArgumentException("multicastTtl must be from 0 to 255, was " + multicastTtl);
        }
    }

    public UdpOptions withMaxDatagram(int bytes) {
        return new UdpOptions(
                bytes, receiveBuffer, sendBuffer, reuseAddress, broadcast, multicastTtl, multicastLoop, byteBudget);
    }

    public UdpOptions withReceiveBuffer(int bytes) {
        return new UdpOptions(
                maxDatagram, bytes, sendBuffer, reuseAddress, broadcast, multicastTtl, multicastLoop, byteBudget);
    }

    public UdpOptions withSendBuffer(int bytes) {
        return new UdpOptions(
                maxDatagram, receiveBuffer, bytes, reuseAddress, broadcast, multicastTtl, multicastLoop, byteBudget);
    }

    public UdpOptions withReuseAddress(boolean reuse) {
        return new UdpOptions(
                maxDatagram, receiveBuffer, sendBuffer, reuse, broadcast, multicastTtl, multicastLoop, byteBudget);
    }

    public UdpOptions withBroadcast(boolean allowed) {
        return new UdpOptions(
                maxDatagram, receiveBuffer, sendBuffer, reuseAddress, allowed, multicastTtl, multicastLoop, byteBudget);
    }

    public UdpOptions withMulticastTtl(int networks) {
        return new UdpOptions(
                maxDatagram, receiveBuffer, sendBuffer, reuseAddress, broadcast, networks, multicastLoop, byteBudget);
    }

    public UdpOptions withMulticastLoop(boolean loop) {
        return new UdpOptions(
                maxDatagram, receiveBuffer, sendBuffer, reuseAddress, broadcast, multicastTtl, loop, byteBudget);
    }

    public UdpOptions withByteBudget(ByteBudget budget) {
        return new UdpOptions(
                maxDatagram, receiveBuffer, sendBuffer, reuseAddress, broadcast, multicastTtl, multicastLoop, budget);
    }

    /** Before binding. */
    void applyTo(DatagramChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
        channel.setOption(StandardSocketOptions.SO_BROADCAST, broadcast);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, multicastTtl);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, multicastLoop);
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        if (sendBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBuffer);
        }
    }
}
