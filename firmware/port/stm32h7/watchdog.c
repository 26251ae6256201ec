/* SPDX-License-Identifier: BSD-3-Clause */
#include "watchdog.h"

#include "../cortex-m/chip.h"
#include "../cortex-m/registers.h"
#include "base/check.h"

/* RM0433, chapter 45. */
enum { IWDG = 0x58004800, KR = IWDG + 0x0, PR = IWDG + 0x4, RLR = IWDG + 0x8, SR = IWDG + 0xc };
enum { KEY_START = 0xcccc, KEY_ACCESS = 0x5555, KEY_RELOAD = 0xaaaa };
enum { PR_BY_64 = 4, LSI_HZ = 32000, UPDATING = 7 };

void watchdog_start(void)
{
    reg_write(KR, KEY_START);
    reg_write(KR, KEY_ACCESS);
    reg_write(PR, PR_BY_64);
    reg_write(RLR, LSI_HZ / 64 * WATCHDOG_MS / 1000 - 1);
    AX_CHECK(reg_becomes(SR, UPDATING, 0));
    reg_write(KR, KEY_RELOAD);
}

void chip_is_alive(void) { reg_write(KR, KEY_RELOAD); }
