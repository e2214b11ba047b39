package dev.weir.io.tls;

import dev.weir.io.ByteBudget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Settings of TLS, for clients, servers or both. Immutable: each method returns a copy that differs in one setting. The
 * two sides of a connection have options of their own, and so may have different contexts.
 *
 * @param context what it trusts and what it proves itself with; clients find the sessions that they resume in it
 * @param contexts of a server: chooses another context by the name that the client asks for
 * @param applicationProtocols names of what is spoken on top (ALPN), the most wanted first; empty for no agreement. With
 *     names on both sides and none in common the handshake fails
 * @param versions of the protocol: TLSv1.3, TLSv1.2 or both. Nothing older is admitted
 * @param clientAuth of a server: whether clients need certificates
 * @param hostChecked of a client: whether the certificate has to be for the host that was asked for (RFC 2818)
 * @param serverName of a client: the name to ask for and to check, in place of that of the address; null for the latter
 * @param handshakeTimeout how long a handshake may take from the first poll, positive; beyond, it fails
 * @param byteBudget what bounds the bytes that were read and not consumed, together with all who share it
 */
public record TlsOptions(
        SSLContext context,
        ContextByName contexts,
        List<String> applicationProtocols,
        List<String> versions,
        ClientAuth clientAuth,
        boolean hostChecked,
        @Nullable String serverName,
        Duration handshakeTimeout,
        ByteBudget byteBudget) {
    private static final ContextByName ONE_FOR_ALL = name -> null;
    private static final List<String> ADMITTED = List.of("TLSv1.3", "TLSv1.2");

    /** Checks the ranges. */
    public TlsOptions {
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(contexts, "contexts");
        Objects.requireNonNull(clientAuth, "clientAuth");
        Objects.requireNonNull(byteBudget, "byteBudget");
        applicationProtocols = List.copyOf(applicationProtocols);
        versions = List.copyOf(versions);
        if (versions.isEmpty() || !ADMITTED.containsAll(versions)) {
            throw new IllegalArgumentException("versions must be some of " + ADMITTED + ", was " + versions);
        }
        if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
            throw new IllegalArgumentException("handshakeTimeout must be positive, was " + handshakeTimeout);
        }
    }

    /**
     * Returns options with a context: both versions, hosts checked, no protocols, no client certificates, ten seconds for
     * a handshake, the shared byte budget.
     */
    public static TlsOptions of(SSLContext context) {
        return new TlsOptions(
                context,
                ONE_FOR_ALL,
                List.of(),
                ADMITTED,
                ClientAuth.NONE,
                true,
                null,
                Duration.ofSeconds(10),
                ByteBudget.shared());
    }

    public TlsOptions withContext(SSLContext changed) {
        return with(draft -> draft.context = changed);
    }

    public TlsOptions withContexts(ContextByName changed) {
        return with(draft -> draft.contexts = changed);
    }

    public TlsOptions withApplicationProtocols(String... changed) {
        return with(draft -> draft.applicationProtocols = List.of(changed));
    }

    public TlsOptions withVersions(String... changed) {
        return with(draft -> draft.versions = List.of(changed));
    }

    public TlsOptions withClientAuth(ClientAuth changed) {
        return with(draft -> draft.clientAuth = changed);
    }

    public TlsOptions withHostChecked(boolean changed) {
        return with(draft -> draft.hostChecked = changed);
    }

    public TlsOptions withServerName(String changed) {
        return with(draft -> draft.serverName = changed);
    }

    public TlsOptions withHandshakeTimeout(Duration changed) {
        return with(draft -> draft.handshakeTimeout = changed);
    }

    public TlsOptions withByteBudget(ByteBudget changed) {
        return with(draft -> draft.byteBudget = changed);
    }

    private TlsOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that are being changed. */
    private static final class Draft {
        private SSLContext context;
        private ContextByName contexts;
        private List<String> applicationProtocols;
        private List<String> versions;
        private ClientAuth clientAuth;
        private boolean hostChecked;
        private @Nullable String serverName;
        private Duration handshakeTimeout;
        private ByteBudget byteBudget;

        Draft(TlsOptions from) {
            context = from.context;
            contexts = from.contexts;
            applicationProtocols = from.applicationProtocols;
            versions = from.versions;
            clientAuth = from.clientAuth;
            hostChecked = from.hostChecked;
            serverName = from.serverName;
            handshakeTimeout = from.handshakeTimeout;
            byteBudget = from.byteBudget;
        }

        TlsOptions options() {
            return new TlsOptions(
                    context,
                    contexts,
                    applicationProtocols,
                    versions,
                    clientAuth,
                    hostChecked,
                    serverName,
                    handshakeTimeout,
                    byteBudget);
        }
    }

    /** Tells whether a server has to know the name before it can begin. */
    boolean choosesByName() {
        return contexts != ONE_FOR_ALL;
    }

    /**
     * Returns the engine of a client.
     *
     * @param host null if there is none; then nothing is checked against it
     */
    SSLEngine clientEngine(@Nullable String host, int port) {
        String name = serverName != null ? serverName : host;
        if (hostChecked && name == null) {
            throw new IllegalArgumentException("an address without a host needs a serverName in the options,"
                    + " or the certificate could be anybody's");
        }
        SSLEngine engine = name == null ? context.createSSLEngine() : context.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(engine);
        if (hostChecked) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (name != null && isName(name)) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Names are sent, addresses are not (RFC 6066, section 3). */
    private static boolean isName(String host) {
        if (host.indexOf(':') >= 0 || host.matches("[0-9.]+")) {
            return false;
        }
        try {
            return !new SNIHostName(host).getAsciiName().isEmpty();
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }

    SSLEngine serverEngine(@Nullable String askedFor) {
        SSLContext chosen = askedFor == null ? null : contexts.contextFor(askedFor);
        SSLEngine engine = (chosen == null ? context : chosen).createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine);
        switch (clientAuth) {
            case NONE -> parameters.setNeedClientAuth(false);
            case WANTED -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private SSLParameters parameters(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(versions.toArray(String[]::new));
        if (!applicationProtocols.isEmpty()) {
            parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        }
        return parameters;
    }
}
