/* SPDX-License-Identifier: BSD-3-Clause */
/* Puts the parts together. */
#include <ax/port.h>

#include "../boot_word.h"
#include "chip.h"
#include "clock.h"
#include "console.h"
#include "random.h"
#include "stack.h"

extern const struct boot_word boot_word; /* sections.ld */

static struct ax_link_device *ethernet;

void ax_port_init(int argc, char **argv)
{
    enum { UNMASKED = 0 };
    struct ax_boot boot = ax_port_boot();

    (void)argc;
    (void)argv;
    stack_note_rest();
    console_start();
    chip_start();
    clock_start();
    ethernet = chip_ethernet_start();
    random_start(&boot, ethernet->mac);
    ax_port_unlock(UNMASKED);
}

struct ax_link_device *ax_port_ethernet(void) { return ethernet; }

struct ax_boot ax_port_boot(void) { return boot_word_read(&boot_word); }
