/* SPDX-License-Identifier: BSD-3-Clause */
/* What a port gives the rest of the house, beside the driver of its Ethernet
 * device (ax/link.h). Nothing in src/ touches a chip or a system except through
 * these two headers.
 */
#ifndef AX_PORT_H
#define AX_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/exec.h>

struct ax_link_device; /* ax/link.h */

/* Opens console and wire: the first call of main(), with its arguments, which
 * are borrowed for good. A chip has none. */
void ax_port_init(int argc, char **argv);

/* The Ethernet device. */
struct ax_link_device *ax_port_ethernet(void);

/* What the bench says to a device before it starts. */
struct ax_boot {
    bool held;        /* the stack clock starts held */
    uint32_t held_at; /* at this time, in ms */
    bool seeded;      /* ax_port_random() is a function of the seed alone */
    uint64_t seed;
};

/* The boot word, the same at every call. On a process its arguments; on a chip
 * RAM that survives a reset. */
struct ax_boot ax_port_boot(void);

/* Says it to the starts that come, as a debug probe would: the block of 32 bytes as it
 * stands in RAM (docs/bench-protocol.md); copied. On a process it becomes its arguments. */
enum { AX_BOOT_BYTES = 32 };
void ax_port_set_boot(const uint8_t block[AX_BOOT_BYTES]);

/* Where this start comes from. The texts live for good. */
struct ax_port_origin {
    const char *cause;    /* "power", "pin", "software", "watchdog", "other": what reset the chip;
                           * "warm": nothing did; "start": it is no chip, or does not know */
    const char *last_end; /* how the start before this one died, as its last line said: "fault
                           * pc=0x..."; NULL when it did not. Told by one start alone. */
    uint32_t unique[3];   /* the chip's own number; 0 when it has none */
};
struct ax_port_origin ax_port_origin(void);

/* Milliseconds since start. Never goes back; wraps after 49 days. */
uint32_t ax_port_now_ms(void);

/* Masks interrupts and returns what to give back to ax_port_unlock(). Nests. */
uint32_t ax_port_lock(void);
void ax_port_unlock(uint32_t was);

/* Sleeps until an interrupt is pending or `at_most_ms` have passed; UINT32_MAX
 * is for ever. Called with interrupts masked: one that is pending already ends
 * the sleep at once, so no wake is lost. */
void ax_port_sleep(uint32_t at_most_ms);

/* Fills `len` bytes that nobody outside can predict, or the seeded sequence. */
void ax_port_random(void *dst, size_t len);

/* The console, a byte stream each way. Reading returns what has come, 0 for
 * nothing; `console` is signalled when there is more. Writing takes what fits
 * now and returns how much; `console` is signalled when there is room again. */
size_t ax_port_console_read(void *dst, size_t len);
size_t ax_port_console_write(const void *src, size_t len);
extern struct ax_event ax_port_console;

/* The stack, in bytes: in use while the device rests, the most there was, and how
 * much is reserved. All 0 where the system sees to it. */
struct ax_port_stack {
    uint32_t used, most, size;
};
struct ax_port_stack ax_port_stack(void);

/* Cycles of the core's clock in which it was awake since start, which wraps; and the most of
 * them at a stretch, from a wake to the next sleep: so long may a frame or a deadline wait.
 * Both 0 where nothing counts them. */
struct ax_port_cycles {
    uint32_t awake, longest;
};
struct ax_port_cycles ax_port_cycles(void);

/* Starts the firmware anew, as after a power cycle, boot word kept. */
_Noreturn void ax_port_reset(void);

/* Stops for good and says where. The only way a bug in our own code ends. */
_Noreturn void ax_check_failed(const char *file, int line);

#endif
