/**
 * The vocabulary shared by everything that reads from and writes to the operating system. No demand, no interest:
 * nothing here touches a descriptor before somebody polls.
 */
@NullMarked
package dev.weir.io;

import org.jspecify.annotations.NullMarked;
