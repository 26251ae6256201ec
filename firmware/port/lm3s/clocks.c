/* SPDX-License-Identifier: BSD-3-Clause */
#include "clocks.h"

#include "../cortex-m/registers.h"
#include "base/check.h"

/* Data sheet, chapter 6 (system control) and 9 (GPIO). */
static const uint32_t RIS = 0x400fe050, RCC = 0x400fe060;
static const uint32_t RCGC1 = 0x400fe104, RCGC2 = 0x400fe108;
static const uint32_t GPIOA_AFSEL = 0x40004420, GPIOA_DEN = 0x4000451c;
enum { RCC_USESYSDIV = 1 << 22, RCC_PWRDN = 1 << 13, RCC_OEN = 1 << 12, RCC_BYPASS = 1 << 11 };
enum { RCC_SYSDIV_16 = 0xf << 23, RCC_8_MHZ_CRYSTAL = 0xe << 6 };
enum { RIS_PLL_LOCKED = 1 << 6 };
enum { RCGC1_UART0 = 1, RCGC1_TIMER0 = 1 << 16 };
enum { RCGC2_GPIOA = 1, RCGC2_EMAC = 1 << 28, RCGC2_EPHY = 1 << 30 };
enum { UART0_PINS = 3 }; /* PA0 and PA1 */

/* 200 MHz from the PLL, by 16: SysTick, the only counter here that can be read on
 * every machine, then wraps after 1.3 s and not sooner. In the data sheet's order
 * (6.3): around the PLL until it has locked. */
static void start_pll(void)
{
    uint32_t rcc = RCC_SYSDIV_16 | RCC_8_MHZ_CRYSTAL;

    reg_write(RCC, rcc | RCC_BYPASS | RCC_PWRDN | RCC_OEN);
    reg_write(RCC, rcc | RCC_BYPASS);
    reg_write(RCC, rcc | RCC_BYPASS | RCC_USESYSDIV);
    AX_CHECK(reg_becomes(RIS, RIS_PLL_LOCKED, RIS_PLL_LOCKED));
    reg_write(RCC, rcc | RCC_USESYSDIV);
}

void clocks_start(void)
{
    start_pll();
    reg_write(RCGC1, RCGC1_UART0 | RCGC1_TIMER0);
    reg_write(RCGC2, RCGC2_GPIOA | RCGC2_EMAC | RCGC2_EPHY);
    (void)reg_read(RCGC2); /* a device hears nothing in its first three clocks */
    reg_write(GPIOA_AFSEL, UART0_PINS);
    reg_write(GPIOA_DEN, UART0_PINS);
}
