/* SPDX-License-Identifier: BSD-3-Clause */
#include "eth_mac.h"

#include "../cortex-m/registers.h"
#include "base/check.h"
#include "clocks.h"
#include "eth_registers.h"
#include "eth_rings.h"
#include "mdio.h"
#include "pins.h"

enum { ETH_CLOCKS = 7 << 15, ETH_MAC = 1 << 15 };
enum { START = 1 };              /* of both halves of the DMA */
enum { DSR_STATES = 0xff << 8 }; /* RPS and TPS: 0 where a half has stopped */

/* ---- the way to the cable */

/* The MAC takes its interface from SYSCFG in the moment its clock starts, and SYSCFG
 * is on a slow bus: read back, or the MAC may still see MII (CubeH7#121). */
static void choose_rmii(void)
{
    static const uint32_t SYSCFG_PMCR = 0x58000404;
    enum { SYSCFG_CLOCK = 1 << 1, EPIS_MASK = 7 << 21, EPIS_RMII = 4 << 21 };

    clocks_enable(CLOCKS_APB4, SYSCFG_CLOCK);
    reg_write(SYSCFG_PMCR, (reg_read(SYSCFG_PMCR) & ~(uint32_t)EPIS_MASK) | EPIS_RMII);
    AX_CHECK(reg_becomes(SYSCFG_PMCR, EPIS_MASK, EPIS_RMII));
}

static void start_pins(void)
{
    enum { AF_ETH = 11 };
    static const struct pin pins[] = {
        {'A', 1},  /* REF_CLK */
        {'A', 2},  /* MDIO */
        {'A', 7},  /* CRS_DV: JP6 of an H743ZI is fitted */
        {'B', 13}, /* TXD1: JP7 of an H743ZI, JP6 of an H743ZI2 is fitted */
        {'C', 1},  /* MDC */
        {'C', 4},  /* RXD0 */
        {'C', 5},  /* RXD1 */
        {'G', 11}, /* TX_EN */
        {'G', 13}, /* TXD0 */
    };

    for (unsigned i = 0; i < sizeof pins / sizeof pins[0]; i++)
        pin_give(pins[i], AF_ETH);
}

/* D2 SRAM has a clock of its own, which is off after power-on and on after many a
 * debugger. A reset of the DMA never ends without the PHY's 50 MHz (h7xx-hal#524): so
 * the pins come first, and the wait has an end. */
static void start_clocks(void)
{
    static const uint32_t D2_SRAMS = 7U << 29;
    enum { SWR = 1 };

    choose_rmii();
    clocks_enable(CLOCKS_AHB2, D2_SRAMS);
    clocks_enable(CLOCKS_AHB1, ETH_CLOCKS);
    start_pins();
    clocks_reset_ahb1(ETH_MAC);
    reg_write(DMAMR, SWR);
    AX_CHECK(reg_becomes(DMAMR, SWR, 0));
}

/* ---- what each is to do */

/* All of MMC's counters are masked: half full they would interrupt, months after the
 * start, and nobody would know (hubris#2304). What has a wrong sum comes in as well:
 * the stack drops it, and counts it. */
static void set_up_mac(const uint8_t own[AX_MAC_LEN])
{
    reg_write(MACIER, 0);
    reg_write(MMC_RX_MASK, UINT32_MAX);
    reg_write(MMC_TX_MASK, UINT32_MAX);
    reg_write(MACA0HR, (uint32_t)own[5] << 8 | own[4]);
    reg_write(MACA0LR,
              (uint32_t)own[3] << 24 | (uint32_t)own[2] << 16 | (uint32_t)own[1] << 8 | own[0]);
    reg_write(MACPFR, MACPFR_PM);
}

/* Whole frames wait in the queues, so that nothing runs dry, and so that a sum can be
 * put in front of what it is the sum of (RM0433, 58.5). */
static void set_up_queues(void)
{
    enum { TSF = 1 << 1, TXQEN = 2 << 2, TQS_2_KIB = 7 << 16 };
    enum { RSF = 1 << 5, DIS_TCP_EF = 1 << 6, RQS_2_KIB = 7 << 20 };

    reg_write(MTLTQOMR, TSF | TXQEN | TQS_2_KIB);
    reg_write(MTLRQOMR, RSF | DIS_TCP_EF | RQS_2_KIB);
}

static void set_up_dma(void)
{
    enum { FIXED_BURST = 1, ALIGNED = 1 << 12, PBL_32 = 32 << 16, BUFFER_SHIFT = 1 };

    reg_write(DMASBMR, reg_read(DMASBMR) | FIXED_BURST | ALIGNED); /* it has reserved bits set */
    reg_write(DMACCR, 0);
    reg_write(DMACTCR, PBL_32);
    reg_write(DMACRCR, PBL_32 | RINGS_BUFFER_BYTES << BUFFER_SHIFT);
}

void mac_start(const uint8_t own[AX_MAC_LEN])
{
    start_clocks();
    set_up_mac(own);
    set_up_queues();
    set_up_dma();
}

void mac_go(void)
{
    enum { HUNDRED = 1, FULL_DUPLEX = 1 };

    reg_write(DMACTCR, reg_read(DMACTCR) | START);
    reg_write(DMACRCR, reg_read(DMACRCR) | START);
    mac_set_speed(HUNDRED, FULL_DUPLEX); /* until the PHY knows */
}

void mac_set_speed(bool hundred, bool full_duplex)
{
    uint32_t speed = (hundred ? MACCR_FES : 0U) | (full_duplex ? MACCR_DM : 0U);

    reg_write(MACCR, MACCR_IPC | MACCR_ACS | MACCR_CST | speed | MACCR_TE | MACCR_RE);
}

/* Let finish what is on the bus: a master that is reset in the middle of a burst may
 * leave that of D2 waiting for the rest, and no reset of ours would reach it. And what is
 * on MDIO: to the PHY the next access would be the rest of one that was cut off. */
void mac_stop(void)
{
    reg_write(MACCR, reg_read(MACCR) & ~(uint32_t)MACCR_RE);
    reg_write(DMACTCR, reg_read(DMACTCR) & ~(uint32_t)START);
    reg_write(DMACRCR, reg_read(DMACRCR) & ~(uint32_t)START);
    (void)reg_becomes(DMADSR, DSR_STATES, 0);
    mdio_wait();
    clocks_reset_ahb1(ETH_MAC);
}

uint32_t mac_heard(void) { return reg_read(MMC_RX_UNICAST); }

/* The count of what found no room is cleared by being read (RM0433, 58.11). */
bool mac_is_waiting_for_dma(void)
{
    static const uint32_t QUEUED = 0x3fffU << 16;
    bool lost = reg_read(MTLRQMPOCR) != 0;

    return lost || (reg_read(MTLRQDR) & QUEUED) != 0;
}
