package dev.weir.io.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Prints, for {@link TransportTest}, where the sockets of a process come from that was started in some way, and how many
 * rings are open when nobody uses one.
 */
final class TransportOfProcess {
    private TransportOfProcess() {}

    public static void main(String[] args) throws IOException {
        Transport.chosen();
        System.out.println("open rings: " + openRings());
        System.out.println(Transport.chosen());
    }

    private static long openRings() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.exists(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.filter(TransportOfProcess::isRing).count();
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:[io_uring]");
        } catch (IOException e) {
            return false; // that of the list itself, for one
        }
    }
}
