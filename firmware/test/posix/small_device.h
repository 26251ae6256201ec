/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest firmware that uses all of the port: it sends every frame back,
 * and does what a letter on the console says. */
#ifndef SMALL_DEVICE_H
#define SMALL_DEVICE_H

/* The letters; any other is sent back. At the start it says '>'. */
enum small_command {
    SMALL_BOOT = 'b',   /* says the boot word: "held at seeded seed\n" */
    SMALL_CHECK = 'c',  /* fails a check */
    SMALL_FRAME = 'f',  /* sends a frame, then says 'f' */
    SMALL_KEEP = 'k',   /* keeps frames from now on instead of sending them back */
    SMALL_RESET = 'r',  /* resets */
    SMALL_STATS = 's',  /* says rx_dropped_size, rx_dropped_down, tx_full: "a b c\n" */
    SMALL_UNKEEP = 'u', /* sends back the frames kept */
};

/* The main() of that firmware. */
_Noreturn void small_device(int argc, char **argv);

#endif
