package dev.weir.io.driver;

/** Prints, for {@link TransportTest}, where the sockets of a process come from that was started in some way. */
final class TransportOfProcess {
    private TransportOfProcess() {}

    public static void main(String[] args) {
        Transport.chosen();
        System.out.println(Transport.chosen());
    }
}
