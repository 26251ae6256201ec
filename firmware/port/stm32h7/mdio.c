/* SPDX-License-Identifier: BSD-3-Clause */
#include "mdio.h"

#include "../cortex-m/registers.h"
#include "board.h"
#include "clocks.h"
#include "eth_registers.h"

/* MDC is AHB by 102: at most 2.5 MHz. Written with every access, because a reset of the MAC
 * forgets it. */
enum { BUSY = 1, WRITE = 1 << 2, READ = 3 << 2, RANGE_150_TO_250_MHZ = 4 << 8 };
enum { REGISTER_SHIFT = 16, PHY = BOARD_PHY_ADDRESS << 21, VALUE_MASK = 0xffff };

_Static_assert(CLOCKS_AHB_HZ >= 150000000 && CLOCKS_AHB_HZ <= 250000000, "the range of MDC");

bool mdio_is_done(void) { return (reg_read(MACMDIOAR) & BUSY) == 0; }

void mdio_wait(void) { (void)reg_becomes(MACMDIOAR, BUSY, 0); }

static void begin(uint32_t index, uint32_t what)
{
    reg_write(MACMDIOAR, PHY | index << REGISTER_SHIFT | RANGE_150_TO_250_MHZ | what | BUSY);
}

void mdio_begin_read(uint32_t index) { begin(index, READ); }

void mdio_begin_write(uint32_t index, uint32_t value)
{
    reg_write(MACMDIODR, value);
    begin(index, WRITE);
}

uint32_t mdio_value(void) { return reg_read(MACMDIODR) & VALUE_MASK; }
