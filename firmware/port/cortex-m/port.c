/* SPDX-License-Identifier: BSD-3-Clause */
/* Puts the parts together. */
#include <string.h>

#include <ax/port.h>

#include "../boot_word.h"
#include "caches.h"
#include "chip.h"
#include "clock.h"
#include "console.h"
#include "cycles.h"
#include "kept.h"
#include "random.h"
#include "stack.h"

extern struct boot_word boot_word; /* sections.ld */

static struct ax_link_device *ethernet;
static struct ax_port_origin origin;

void ax_port_init(int argc, char **argv)
{
    enum { UNMASKED = 0 };
    struct ax_boot boot = ax_port_boot();

    (void)argc;
    (void)argv;
    stack_note_rest();
    origin = chip_origin();
    origin.last_end = kept_take();
    console_start();
    chip_start();
    clock_start();
    cycles_start();
    ethernet = chip_ethernet_start();
    random_start(&boot, ethernet->mac);
    ax_port_unlock(UNMASKED);
}

_Noreturn void ax_port_reset(void)
{
    (void)ax_port_lock();
    chip_restart();
}

struct ax_port_origin ax_port_origin(void) { return origin; }

struct ax_link_device *ax_port_ethernet(void) { return ethernet; }

struct ax_boot ax_port_boot(void) { return boot_word_read(&boot_word); }

void ax_port_set_boot(const uint8_t block[AX_BOOT_BYTES])
{
    memcpy(&boot_word, block, sizeof boot_word);
    caches_write_back(&boot_word, sizeof boot_word);
}
