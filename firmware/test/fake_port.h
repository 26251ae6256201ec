/* SPDX-License-Identifier: BSD-3-Clause */
/* A port for unit tests, and the template for real ones: time stands still until
 * a test moves it, sleeping takes exactly as long as it was asked to, and the
 * console is two buffers. A failed check can be expected with cmocka's
 * expect_assert_failure(). */
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

#include <stddef.h>
#include <stdint.h>

#include <ax/port.h>

enum { FAKE_CONSOLE_SIZE = 65536 };

extern uint32_t fake_now_ms;
extern struct ax_boot fake_boot;
extern uint8_t fake_boot_block[AX_BOOT_BYTES]; /* what ax_port_set_boot() was told */

/* Called instead of letting time pass in ax_port_sleep(), unless NULL. */
extern void (*fake_on_sleep)(uint32_t at_most_ms);

/* Called by ax_port_reset(), which must not return; unless NULL. */
extern void (*fake_on_reset)(void);

/* How deep ax_port_lock() is nested now. */
extern unsigned fake_locked;

/* How many bytes the console still takes; all at first. */
extern size_t fake_console_room;

/* What the firmware has written to the console since the last fake_port_init(). */
extern char fake_console_out[FAKE_CONSOLE_SIZE];
extern size_t fake_console_out_len;

/* Back to the start: time 0, an empty console with room, no hooks. */
void fake_port_init(void);

/* Types on the console, and signals it. */
void fake_console_type(const char *bytes, size_t len);

#endif
