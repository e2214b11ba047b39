package dev.weir.io.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An authority that the tests make anew each time, and what it has certified: nothing that is checked in expires. */
public final class Certificates {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** One for all tests: keys take time. */
    public static final Certificates SHARED = new Certificates("Weir test authority");

    private final String name;
    private final Identity authority;
    private long serial = 1;

    /** A key and the certificate for it. */
    public record Identity(PrivateKey key, X509Certificate certificate, X509Certificate issuer) {
        /** Writes both as PEM files, as OpenSSL wants them. */
        public void writeTo(Path key, Path certificate) throws IOException, GeneralSecurityException {
            Files.writeString(key, pem("PRIVATE KEY", this.key.getEncoded()));
            Files.writeString(certificate, pem("CERTIFICATE", this.certificate.getEncoded()));
        }
    }

    Certificates(String name) {
        this.name = name;
        KeyPair keys = newKeys();
        X509Certificate self = certify(name, keys, name, keys, true);
        authority = new Identity(keys.getPrivate(), self, self);
    }

    X509Certificate authority() {
        return authority.certificate();
    }

    /** Certifies a new key. */
    Identity issue(String subject, String... hosts) {
        KeyPair keys = newKeys();
        X509Certificate certificate = certify(
                subject,
                keys,
                name,
                new KeyPair(authority.certificate().getPublicKey(), authority.key()),
                false,
                hosts);
        return new Identity(keys.getPrivate(), certificate, authority());
    }

    /** A context that trusts this authority, and proves itself with an identity if it has one. */
    public SSLContext context(@Nullable Identity identity) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore own = emptyStore();
            if (identity != null) {
                own.setKeyEntry("own", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
            }
            keys.init(own, new char[0]);
            KeyStore trusted = emptyStore();
            trusted.setCertificateEntry("authority", authority());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A context for a server and its clients on this machine. */
    public SSLContext localhost() {
        return context(issue("localhost", "localhost", "127.0.0.1"));
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    static String pem(String what, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certify(
            String subject, KeyPair subjectKeys, String issuer, KeyPair issuerKeys, boolean ca, String... hosts) {
        try {
            Instant now = Instant.now();
            byte[] algorithm = tagged(SEQUENCE, oid(ECDSA_WITH_SHA256));
            byte[] validity = tagged(SEQUENCE, time(now.minus(1, ChronoUnit.DAYS)), time(now.plus(2, ChronoUnit.DAYS)));
            byte[] constraints =
                    extension("2.5.29.19", ca ? tagged(SEQUENCE, new byte[] {1, 1, -1}) : tagged(SEQUENCE));
            byte[] extensions = hosts.length == 0
                    ? tagged(SEQUENCE, constraints)
                    : tagged(SEQUENCE, constraints, extension("2.5.29.17", names(hosts)));
            byte[] body = tagged(
                    SEQUENCE,
                    tagged(0xa0, tagged(2, new byte[] {2})),
                    tagged(2, BigInteger.valueOf(serial++).toByteArray()),
                    algorithm,
                    distinguished(issuer),
                    validity,
                    distinguished(subject),
                    subjectKeys.getPublic().getEncoded(),
                    tagged(0xa3, extensions));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuerKeys.getPrivate());
            signature.update(body);
            byte[] signed = tagged(SEQUENCE, body, algorithm, tagged(3, new byte[] {0}, signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] names(String... hosts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String host : hosts) {
            if (host.matches("[0-9.]+")) {
                byte[] address = new byte[4];
                String[] parts = host.split("\\.", -1);
                for (int i = 0; i < 4; i++) {
                    address[i] = (byte) Integer.parseInt(parts[i]);
                }
                all.writeBytes(tagged(0x87, address));
            } else {
                all.writeBytes(tagged(0x82, host.getBytes(StandardCharsets.US_ASCII)));
            }
        }
        return tagged(SEQUENCE, all.toByteArray());
    }

    private static byte[] extension(String oid, byte[] value) {
        return tagged(SEQUENCE, oid(oid), tagged(4, value));
    }

    private static byte[] distinguished(String commonName) {
        byte[] text = tagged(0x0c, commonName.getBytes(StandardCharsets.UTF_8));
        return tagged(SEQUENCE, tagged(SET, tagged(SEQUENCE, oid(COMMON_NAME), text)));
    }

    private static byte[] time(Instant when) {
        return tagged(0x18, TIME.format(when).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(40 * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if ((arc >>> shift) != 0) {
                    bytes.write(((arc >>> shift) & 0x7f) | 0x80);
                }
            }
            bytes.write(arc & 0x7f);
        }
        return tagged(6, bytes.toByteArray());
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length < 128) {
            all.write(length);
        } else if (length < 256) {
            all.write(0x81);
            all.write(length);
        } else {
            all.write(0x82);
            all.write(length >> 8);
            all.write(length);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
