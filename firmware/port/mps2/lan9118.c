/* SPDX-License-Identifier: BSD-3-Clause */
#include "lan9118.h"

#include <stdatomic.h>

#include <ax/err.h>
#include <ax/link.h>
#include <ax/port.h>

#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "../gather.h"
#include "../rx_blocks.h"
#include "base/check.h"
#include "interrupts.h"
#include "lan9118_mac.h"
#include "lan9118_registers.h"

static const uint32_t CHIP = BOARD_ETHERNET_AT;
static const uint32_t BYTE_ORDER = 0x87654321; /* what BYTE_TEST reads once the chip is awake */
static const uint32_t EEPROM_BUSY = 0x80000000;
enum { FCS_BYTES = 4 };

static struct {
    struct ax_link_device device; /* first */
    _Atomic bool phy_spoke;
    bool up; /* as the PHY said last */
} ethernet;

/* ---- interrupts: the handler masks what came, the task looks and unmasks it */

static void unmask(uint32_t source)
{
    uint32_t was = ax_port_lock();

    reg_write(CHIP + INT_EN, reg_read(CHIP + INT_EN) | source);
    ax_port_unlock(was);
}

void lan9118_interrupt(void)
{
    uint32_t enabled = reg_read(CHIP + INT_EN);
    uint32_t came = reg_read(CHIP + INT_STS) & enabled;

    reg_write(CHIP + INT_EN, enabled & ~came);
    if ((came & INT_PHY) != 0)
        atomic_store(&ethernet.phy_spoke, true);
    ax_event_signal(&ethernet.device.activity);
}

/* ---- receive */

static bool has_status(void)
{
    enum { USED_SHIFT = 16, USED_MASK = 0xff };

    return (reg_read(CHIP + RX_FIFO_INF) >> USED_SHIFT & USED_MASK) != 0;
}

/* Nothing there: from now on a frame interrupts. Forgotten before the second look,
 * or one that comes in between would be missed. */
static bool has_frame(void)
{
    if (has_status())
        return true;
    reg_write(CHIP + INT_STS, INT_RSFL);
    unmask(INT_RSFL);
    return has_status();
}

/* The FIFO is read to the frame's end, whatever of it is wanted. Not by RX_DP_CTRL's
 * fast forward: QEMU 7.2's model loses its place in the FIFO by it. */
static void read_words(uint32_t *block, uint32_t words)
{
    uint32_t wanted = words < RX_BLOCK_WORDS ? words : RX_BLOCK_WORDS;

    for (uint32_t i = 0; i < wanted; i++)
        block[i] = reg_read(CHIP + RX_DATA_FIFO);
    for (uint32_t i = wanted; i < words; i++)
        (void)reg_read(CHIP + RX_DATA_FIFO);
}

/* A frame with an error is lent as one of no bytes: the link counts and drops it. */
static struct ax_span read_frame(uint32_t *block)
{
    enum { ERROR = 1 << 15, LENGTH_SHIFT = 16, LENGTH_MASK = 0x3fff };
    uint32_t status = reg_read(CHIP + RX_STATUS_FIFO);
    uint32_t len = status >> LENGTH_SHIFT & LENGTH_MASK; /* with FCS */

    read_words(block, (RX_BLOCK_OFFSET + len + 3) / 4);
    return rx_blocks_frame(block, (status & ERROR) != 0 || len < FCS_BYTES ? 0 : len - FCS_BYTES);
}

/* A block is free: there are more than the link and lwIP ever keep (AX_LINK_RX_FRAMES). */
static int receive(struct ax_link_device *device, struct ax_span *frame)
{
    uint32_t *block;

    (void)device;
    if (!has_frame())
        return AX_E_WOULD_BLOCK;
    block = rx_blocks_take();
    AX_CHECK(block);
    *frame = read_frame(block);
    return AX_OK;
}

static void release(struct ax_link_device *device, struct ax_span frame)
{
    (void)device;
    rx_blocks_give(frame);
}

/* ---- transmit */

static uint32_t tx_free(void)
{
    enum { FREE_MASK = 0xffff };

    return reg_read(CHIP + TX_FIFO_INF) & FREE_MASK;
}

/* As has_frame(): room that came before it was asked for is seen now. The level is
 * in 64 bytes, and the interrupt comes when there are more. */
static bool has_room(uint32_t bytes)
{
    enum { LEVEL_BYTES = 64, LEVEL_SHIFT = 24 };

    if (tx_free() >= bytes)
        return true;
    reg_write(CHIP + FIFO_INT, (bytes + LEVEL_BYTES - 1) / LEVEL_BYTES << LEVEL_SHIFT);
    reg_write(CHIP + INT_STS, INT_TDFA);
    unmask(INT_TDFA);
    return tx_free() >= bytes;
}

/* As one buffer, whatever the pieces: of more than one the chip wants those in the
 * middle to be 4 bytes at least (data sheet, 3.12.2). */
static int send_frame(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    enum { FIRST = 1 << 13, LAST = 1 << 12, TAG_SHIFT = 16, COMMANDS = 8 };
    uint32_t len = (uint32_t)gather_total(pieces, count);
    struct gather gather = gather_begin(pieces, count);

    (void)device;
    AX_CHECK(len <= AX_FRAME_MAX);
    if (!has_room(COMMANDS + len + 3))
        return AX_E_WOULD_BLOCK;
    reg_write(CHIP + TX_DATA_FIFO, FIRST | LAST | len);
    reg_write(CHIP + TX_DATA_FIFO, len << TAG_SHIFT | len);
    for (uint32_t words = (len + 3) / 4; words > 0; words--)
        reg_write(CHIP + TX_DATA_FIFO, gather_word(&gather));
    return AX_OK;
}

/* ---- the cable */

/* The link bit stays down until it is read, so the second reading is the one that
 * is true now. What happens behind the first line speaks again. */
static void ask_phy(void)
{
    enum { LINK_UP = 1 << 2 };

    (void)phy_read(PHY_SOURCE); /* takes its interrupt back */
    (void)phy_read(PHY_BSR);
    ethernet.up = (phy_read(PHY_BSR) & LINK_UP) != 0;
    unmask(INT_PHY);
}

static bool is_up(struct ax_link_device *device)
{
    (void)device;
    if (atomic_exchange(&ethernet.phy_spoke, false))
        ask_phy();
    return ethernet.up;
}

/* ---- start */

/* A reset also takes the MAC address from the EEPROM again. */
static void reset_chip(void)
{
    enum { SRST = 1, MUST_BE_ONE = 1 << 20, TX_5_KIB = 5 << 16 };

    AX_CHECK(reg_becomes(CHIP + BYTE_TEST, UINT32_MAX, BYTE_ORDER));
    reg_write(CHIP + HW_CFG, SRST);
    AX_CHECK(reg_becomes(CHIP + HW_CFG, SRST, 0));
    AX_CHECK(reg_becomes(CHIP + E2P_CMD, EEPROM_BUSY, 0));
    reg_write(CHIP + HW_CFG, MUST_BE_ONE | TX_5_KIB);
}

static void read_mac_address(uint8_t mac[AX_MAC_LEN])
{
    uint32_t low = mac_read(ADDRL), high = mac_read(ADDRH);

    for (unsigned i = 0; i < AX_MAC_LEN; i++)
        mac[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
}

static void start_phy(void)
{
    enum { AUTONEGOTIATE = 1 << 12, RESTART = 1 << 9 };
    enum { ENERGY = 1 << 7, NEGOTIATED = 1 << 6, LINK_DOWN = 1 << 4 };

    phy_write(PHY_BCR, AUTONEGOTIATE | RESTART);
    phy_write(PHY_MASK, ENERGY | NEGOTIATED | LINK_DOWN);
    ask_phy();
}

/* Own address, broadcast, all multicast. TXSAO: nobody reads transmit statuses, and
 * they may overrun. */
static void start_mac(void)
{
    enum { FULL_DUPLEX = 1 << 20, ALL_MULTICAST = 1 << 19, TXEN = 1 << 3, RXEN = 1 << 2 };
    enum { TX_ON = 1 << 1, TXSAO = 1 << 2, OFFSET_SHIFT = 8 };

    reg_write(CHIP + FIFO_INT, 0); /* any frame is worth an interrupt */
    reg_write(CHIP + RX_CFG, RX_BLOCK_OFFSET << OFFSET_SHIFT);
    reg_write(CHIP + TX_CFG, TX_ON | TXSAO);
    mac_write(MAC_CR, FULL_DUPLEX | ALL_MULTICAST | TXEN | RXEN);
}

/* The line is active low until IRQ_CFG says otherwise, and would be asserted while
 * nothing is the matter: enabled in the core before that, it never lets go. */
static void start_interrupts(void)
{
    enum { ENABLE = 1 << 8, ACTIVE_HIGH = 1 << 4, PUSH_PULL = 1 };

    reg_write(CHIP + IRQ_CFG, ENABLE | ACTIVE_HIGH | PUSH_PULL);
    core_enable(ETHERNET_IRQ);
    unmask(INT_RSFL);
}

struct ax_link_device *lan9118_start(void)
{
    static rx_block blocks[AX_LINK_RX_FRAMES];
    static const struct ax_link_ops ops = {
        .receive = receive,
        .release = release,
        .send = send_frame,
        .is_up = is_up,
    };

    ethernet.device.ops = &ops;
    ethernet.device.rx_frames = AX_LINK_RX_FRAMES;
    rx_blocks_init(blocks, AX_LINK_RX_FRAMES, RX_BLOCK_OFFSET);
    reset_chip();
    read_mac_address(ethernet.device.mac);
    start_phy();
    start_mac();
    start_interrupts();
    return &ethernet.device;
}
