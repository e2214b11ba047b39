package dev.weir.io.tls;

/** Whether a server asks its clients for a certificate. */
public enum ClientAuth {
    /** It does not. */
    NONE,

    /** It does, and takes those that have none as well; the session tells who came. */
    WANTED,

    /** It does, and refuses those that have none. */
    REQUIRED
}
