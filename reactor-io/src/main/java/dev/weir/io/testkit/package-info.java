/**
 * A network that exists in a {@linkplain dev.weir.testkit.simulation simulation} only: what programs see of a network
 * that is slow, that cuts chunks where it likes and breaks, from a seed. Programs that are handed their {@link
 * dev.weir.io.Network} run on it unchanged:
 *
 * <pre>{@code
 * Simulation.explore(1_000, runtime -> {
 *     var network = SimulatedNetwork.of(runtime);
 *     return echoProgram(runtime, network);             // in production: new TcpNetwork(TcpOptions.DEFAULT)
 * });
 * }</pre>
 */
@NullMarked
package dev.weir.io.testkit;

import org.jspecify.annotations.NullMarked;
