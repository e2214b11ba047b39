package dev.weir.io.driver;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/** The errors of the system as the exceptions that the JDK's sockets throw for them. */
final class Errors {
    private Errors() {}

    /**
     * Returns the exception.
     *
     * @param error the negative number
     */
    static IOException of(String call, int error) {
        return switch (-error) {
            case 1 -> new IOException(call + ": Operation not permitted");
            case 12 -> new IOException(call + ": Cannot allocate memory");
            case 13 -> new SocketException("Permission denied");
            case 22 -> new SocketException("Invalid argument");
            case 23, 24 -> new IOException("Too many open files");
            case 32 -> new IOException("Broken pipe");
            case 38 -> new IOException(call + ": Function not implemented");
            case 98 -> new BindException("Address already in use");
            case 99 -> new BindException("Cannot assign requested address");
            case 101 -> new ConnectException("Network is unreachable");
            case 103 -> new IOException("Software caused connection abort");
            case 104 -> new SocketException("Connection reset");
            case 107 -> new SocketException("Socket is not connected");
            case 110 -> new ConnectException("Connection timed out");
            case 111 -> new ConnectException("Connection refused");
            case 113 -> new NoRouteToHostException("No route to host");
            default -> new IOException(call + " failed with error " + -error);
        };
    }
}
