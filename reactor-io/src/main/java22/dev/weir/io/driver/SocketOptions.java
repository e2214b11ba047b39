package dev.weir.io.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The options of TCP sockets, with the numbers that the system has for the names of the JDK. */
final class SocketOptions {
    private static final int SOCKET = 1;
    private static final int IP = 0;
    private static final int TCP = 6;
    private static final int IPV6 = 41;

    /**
     * Where the system has an option.
     *
     * @param both whether listeners have it too
     */
    private record Place(int level, int name, boolean both) {}

    private static final Map<String, Place> PLACES = Map.ofEntries(
            Map.entry("SO_REUSEADDR", new Place(SOCKET, 2, true)),
            Map.entry("SO_SNDBUF", new Place(SOCKET, 7, false)),
            Map.entry("SO_RCVBUF", new Place(SOCKET, 8, true)),
            Map.entry("SO_KEEPALIVE", new Place(SOCKET, 9, false)),
            Map.entry("SO_LINGER", new Place(SOCKET, 13, false)),
            Map.entry("SO_REUSEPORT", new Place(SOCKET, 15, true)),
            Map.entry("TCP_NODELAY", new Place(TCP, 1, false)),
            Map.entry("TCP_KEEPIDLE", new Place(TCP, 4, false)),
            Map.entry("TCP_KEEPINTERVAL", new Place(TCP, 5, false)),
            Map.entry("TCP_KEEPCOUNT", new Place(TCP, 6, false)),
            Map.entry("TCP_QUICKACK", new Place(TCP, 12, false)),
            Map.entry("IP_TOS", new Place(IP, 1, false)));

    private static final Place TRAFFIC_CLASS = new Place(IPV6, 67, false);

    /** Those of the JDK's connections that are known here. */
    static final Set<SocketOption<?>> OF_CONNECTIONS = ofConnections();

    private SocketOptions() {}

    private static Set<SocketOption<?>> ofConnections() {
        try (SocketChannel theirs = SocketChannel.open()) {
            return theirs.supportedOptions().stream()
                    .filter(each -> PLACES.containsKey(each.name()))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("no socket could be opened", e);
        }
    }

    static void set(NativeSocket socket, SocketOption<?> option, Object value, boolean listener) throws IOException {
        Place place = place(socket, option, listener);
        if (option.equals(StandardSocketOptions.SO_LINGER)) {
            int seconds = (Integer) value;
            socket.setOption(place.level, place.name, seconds < 0 ? 0 : 1, Math.max(0, Math.min(seconds, 0xffff)));
        } else if (value instanceof Boolean on) {
            socket.setOption(place.level, place.name, on ? 1 : 0);
        } else {
            socket.setOption(place.level, place.name, (Integer) value);
        }
    }

    static <T> T get(NativeSocket socket, SocketOption<T> option, boolean listener) throws IOException {
        Place place = place(socket, option, listener);
        int[] value = socket.getOption(place.level, place.name);
        if (option.type() == Boolean.class) {
            return option.type().cast(value[0] != 0);
        }
        return option.type()
                .cast(
                        switch (option.name()) {
                            case "SO_LINGER" -> value[0] == 0 ? -1 : value[1];
                            case "SO_SNDBUF", "SO_RCVBUF" -> value[0] / 2; // the system doubles what it was told
                            default -> value[0];
                        });
    }

    private static Place place(NativeSocket socket, SocketOption<?> option, boolean listener) {
        Place place = PLACES.get(option.name());
        if (place == null || (listener && !place.both)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
        return place.level == IP && !socket.ipv4() ? TRAFFIC_CLASS : place;
    }
}
