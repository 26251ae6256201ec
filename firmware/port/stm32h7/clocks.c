/* SPDX-License-Identifier: BSD-3-Clause */
#include "clocks.h"

#include <stdbool.h>
#include <stddef.h>

#include "../cortex-m/registers.h"
#include "base/check.h"

/* RM0433, chapters 6 (PWR), 8 (RCC), 4 (FLASH). */
static const uint32_t PWR = 0x58024800, RCC = 0x58024400, FLASH_ACR = 0x52002000;
enum { PWR_CSR1 = 0x04, PWR_CR3 = 0x0c, PWR_D3CR = 0x18 };
enum { CSR1_ACTVOSRDY = 1 << 13, CR3_LDOEN = 1 << 1, CR3_MASK = 7 };
enum { D3CR_VOS1 = 3 << 14, D3CR_VOSRDY = 1 << 13 };
enum { RCC_CR = 0x00, RCC_CFGR = 0x10, RCC_D1CFGR = 0x18, RCC_D2CFGR = 0x1c, RCC_D3CFGR = 0x20 };
enum { RCC_PLLCKSELR = 0x28, RCC_PLLCFGR = 0x2c, RCC_PLL1DIVR = 0x30 };
enum { RCC_AHB1RSTR = 0x80, RCC_RSR = 0xd0, LOW_POWER = 0x28 /* behind the enable register */ };
enum { CR_HSEON = 1 << 16, CR_HSERDY = 1 << 17, CR_HSEBYP = 1 << 18 };
enum { CR_PLL1ON = 1 << 24, CR_PLL1RDY = 1 << 25 };
enum { CFGR_SW_MASK = 7, CFGR_SWS_MASK = 7 << 3, CFGR_PLL1 = 3 };

static void set_bits(uint32_t at, uint32_t bits) { reg_write(at, reg_read(at) | bits); }

/* CR3 takes one write after a power cycle and keeps it; the voltage must have settled
 * before the frequency rises. VOS1 is for 400 MHz (data sheet, table 22). */
static void start_power(void)
{
    reg_write(PWR + PWR_CR3, (reg_read(PWR + PWR_CR3) & ~(uint32_t)CR3_MASK) | CR3_LDOEN);
    AX_CHECK(reg_becomes(PWR + PWR_CSR1, CSR1_ACTVOSRDY, CSR1_ACTVOSRDY));
    reg_write(PWR + PWR_D3CR, D3CR_VOS1);
    AX_CHECK(reg_becomes(PWR + PWR_D3CR, D3CR_VOSRDY, D3CR_VOSRDY));
}

/* 8 MHz from the ST-LINK's MCO pin, 800 MHz in PLL1's VCO, 400 MHz at its P output,
 * which every revision of the chip can have. */
static void start_pll(void)
{
    enum { SOURCE_HSE = 2, DIVM1_SHIFT = 4 };
    enum { RANGE_8_TO_16_MHZ = 3 << 2, P_ON = 1 << 16 };
    enum { N = 100, P = 2, P_SHIFT = 9 };

    set_bits(RCC + RCC_CR, CR_HSEBYP);
    set_bits(RCC + RCC_CR, CR_HSEON);
    AX_CHECK(reg_becomes(RCC + RCC_CR, CR_HSERDY, CR_HSERDY));
    reg_write(RCC + RCC_PLLCKSELR, SOURCE_HSE | 1 << DIVM1_SHIFT);
    reg_write(RCC + RCC_PLLCFGR, RANGE_8_TO_16_MHZ | P_ON);
    reg_write(RCC + RCC_PLL1DIVR, (N - 1) | (P - 1) << P_SHIFT);
    set_bits(RCC + RCC_CR, CR_PLL1ON);
    AX_CHECK(reg_becomes(RCC + RCC_CR, CR_PLL1RDY, CR_PLL1RDY));
}

/* Slower buses and a slower flash first, then the faster core. */
static void start_tree(void)
{
    enum { LATENCY_2 = 2, WRHIGHFREQ_2 = 2 << 4, LATENCY_MASK = 0xf };
    enum {
        HPRE_2 = 8,
        D1PPRE_2 = 4 << 4,
        D2PPRE1_2 = 4 << 4,
        D2PPRE2_2 = 4 << 8,
        D3PPRE_2 = 4 << 4
    };

    reg_write(FLASH_ACR, LATENCY_2 | WRHIGHFREQ_2);
    AX_CHECK(reg_becomes(FLASH_ACR, LATENCY_MASK, LATENCY_2));
    reg_write(RCC + RCC_D1CFGR, HPRE_2 | D1PPRE_2);
    reg_write(RCC + RCC_D2CFGR, D2PPRE1_2 | D2PPRE2_2);
    reg_write(RCC + RCC_D3CFGR, D3PPRE_2);
    reg_write(RCC + RCC_CFGR, (reg_read(RCC + RCC_CFGR) & ~(uint32_t)CFGR_SW_MASK) | CFGR_PLL1);
    AX_CHECK(reg_becomes(RCC + RCC_CFGR, CFGR_SWS_MASK, CFGR_PLL1 << 3));
}

void clocks_start(void)
{
    if ((reg_read(RCC + RCC_CFGR) & CFGR_SWS_MASK) == CFGR_PLL1 << 3)
        return; /* a warm start: the PLL cannot be changed while it drives the core */
    start_power();
    start_pll();
    start_tree();
}

/* The second read: a device hears nothing in the first two clocks of its bus. */
void clocks_enable(uint32_t which, uint32_t devices)
{
    set_bits(RCC + which, devices);
    set_bits(RCC + which + LOW_POWER, devices);
    (void)reg_read(RCC + which);
}

void clocks_reset_ahb1(uint32_t devices)
{
    set_bits(RCC + RCC_AHB1RSTR, devices);
    reg_write(RCC + RCC_AHB1RSTR, reg_read(RCC + RCC_AHB1RSTR) & ~devices);
    (void)reg_read(RCC + RCC_AHB1RSTR);
}

/* A reset from inside pulls the pin as well, and power does all: the rarest first. Power
 * that only sagged (BOR) sets no POR. */
static const struct {
    uint32_t bits;
    const char *name;
} causes[] = {
    {1U << 23 | 1U << 21, "power"},
    {1U << 26 | 1U << 28, "watchdog"},
    {1U << 24, "software"},
    {1U << 22, "pin"},
};

/* RMVF goes back to 0: the manual has it set and cleared by software. */
const char *clocks_take_reset_cause(void)
{
    enum { CAUSES = sizeof causes / sizeof causes[0], RMVF = 1 << 16, FLAGS_SHIFT = 17 };
    uint32_t status = reg_read(RCC + RCC_RSR);

    reg_write(RCC + RCC_RSR, RMVF);
    reg_write(RCC + RCC_RSR, 0);
    if (status >> FLAGS_SHIFT == 0)
        return "warm";
    for (size_t i = 0; i < CAUSES; i++)
        if ((status & causes[i].bits) != 0)
            return causes[i].name;
    return "other";
}
