package dev.weir.io.driver;

/** A channel whose socket can have its place in a ring. */
sealed interface RingChannel permits RingServerChannel, RingStreamChannel {
    RingSocket ringSocket();
}
