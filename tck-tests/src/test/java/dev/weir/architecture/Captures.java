package dev.weir.architecture;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a class makes that holds an instance of it, as a rule {@code this}: lambdas and method references, whose call sites
 * are in the constants of its file with the types of what they capture, and inner classes.
 */
final class Captures {
    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int NAME_AND_TYPE = 12;
    private static final int INVOKE_DYNAMIC = 18;

    private Captures() {}

    /** Returns what was found: {@code Class: (captured)functional interface}, or {@code Class.field}. */
    static List<String> of(Class<?> type) throws IOException {
        List<String> found = new ArrayList<>();
        for (Class<?> member : type.getNestMembers()) {
            for (String site : callSites(member)) {
                if (site.substring(0, site.indexOf(')')).contains(type.descriptorString())) {
                    found.add(member.getSimpleName() + ": " + site);
                }
            }
            Arrays.stream(member.getDeclaredFields())
                    .filter(field -> field.isSynthetic() && field.getType() == type)
                    .forEach(field -> found.add(member.getName() + "." + field.getName()));
        }
        return found;
    }

    /** Returns the types of the call sites that are linked when they are first run. */
    private static List<String> callSites(Class<?> type) throws IOException {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("no bytes of " + type.getName());
            }
            return callSites(new DataInputStream(in));
        }
    }

    private static List<String> callSites(DataInputStream in) throws IOException {
        in.skipNBytes(8);
        int count = in.readUnsignedShort();
        String[] texts = new String[count];
        int[] typeOf = new int[count];
        List<Integer> sites = new ArrayList<>();
        for (int index = 1; index < count; index++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case UTF8 -> texts[index] = in.readUTF();
                case 3, 4, 9, 10, 11, 17 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    index++; // a long or a double counts twice
                }
                case CLASS, 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case NAME_AND_TYPE -> {
                    in.skipNBytes(2);
                    typeOf[index] = in.readUnsignedShort();
                }
                case INVOKE_DYNAMIC -> {
                    in.skipNBytes(2);
                    sites.add(in.readUnsignedShort());
                }
                default -> throw new IOException("unknown constant " + tag);
            }
        }
        return sites.stream().map(site -> texts[typeOf[site]]).toList();
    }
}
