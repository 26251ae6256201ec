/* SPDX-License-Identifier: BSD-3-Clause */
#include "mac.h"

#include <ax/err.h>
#include <ax/link.h>
#include <ax/port.h>

#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "../gather.h"
#include "../mac_filter.h"
#include "../rx_blocks.h"
#include "base/check.h"
#include "interrupts.h"

/* Data sheet, chapter 16. RIS, when written, acknowledges. */
enum {
    MAC = 0x40048000,
    RIS = MAC + 0x00,
    IM = MAC + 0x04,
    RCTL = MAC + 0x08,
    TCTL = MAC + 0x0c,
    DATA = MAC + 0x10,
    IA0 = MAC + 0x14,
    IA1 = MAC + 0x18,
    NP = MAC + 0x34,
    TR = MAC + 0x38,
};
enum { INT_RX = 1, INT_TX_EMPTY = 1 << 2, INT_ALL = 0x7f };
enum { NP_MASK = 0x3f, TR_NEWTX = 1 };
enum { LEN_BYTES = 2, FCS_BYTES = 4, HEADER_BYTES = 14 };

static struct {
    struct ax_link_device device; /* first */
} mac;

/* ---- interrupts: the handler masks what came, the task looks and unmasks it */

/* Acknowledged now, so what happened before is seen by looking, and what happens
 * from here on interrupts. */
static void listen_for(uint32_t source)
{
    uint32_t was = ax_port_lock();

    reg_write(RIS, source);
    reg_write(IM, reg_read(IM) | source);
    ax_port_unlock(was);
}

void mac_interrupt(void)
{
    uint32_t enabled = reg_read(IM);

    reg_write(IM, enabled & ~reg_read(RIS));
    ax_event_signal(&mac.device.activity);
}

/* ---- receive */

static bool has_packet(void) { return (reg_read(NP) & NP_MASK) != 0; }

static bool has_frame(void)
{
    if (has_packet())
        return true;
    listen_for(INT_RX);
    return has_packet();
}

/* In front of the frame two bytes of length, which counts them and the FCS: just
 * what a block wants in front of it. */
static struct ax_span read_frame(uint32_t *block)
{
    enum { LEN_MASK = 0xffff, AROUND = LEN_BYTES + FCS_BYTES };
    uint32_t first = reg_read(DATA);
    uint32_t len = first & LEN_MASK;
    uint32_t words = (len + 3) / 4;

    _Static_assert(RX_BLOCK_OFFSET == (int)LEN_BYTES,
                   "the length takes the place before the frame");
    block[0] = first;
    for (uint32_t i = 1; i < words; i++) {
        uint32_t word = reg_read(DATA);
        if (i < RX_BLOCK_WORDS)
            block[i] = word;
    }
    return rx_blocks_frame(block, len < AROUND ? 0 : len - AROUND);
}

static void release(struct ax_link_device *device, struct ax_span frame)
{
    (void)device;
    rx_blocks_give(frame);
}

/* A block is free: there are more than the link and lwIP ever keep (AX_LINK_RX_FRAMES). */
static int receive(struct ax_link_device *device, struct ax_span *frame)
{
    uint32_t *block;

    if (!has_frame())
        return AX_E_WOULD_BLOCK;
    block = rx_blocks_take();
    AX_CHECK(block);
    *frame = read_frame(block);
    if (!mac_filter_passes(device->mac, *frame)) { /* QEMU's model filters nothing */
        release(device, *frame);
        ax_event_signal(&device->activity); /* there may be more */
        return AX_E_WOULD_BLOCK;
    }
    return AX_OK;
}

/* ---- transmit */

static bool is_sending(void) { return (reg_read(TR) & TR_NEWTX) != 0; }

/* The FIFO takes one frame at a time. */
static bool has_room(void)
{
    if (!is_sending())
        return true;
    listen_for(INT_TX_EMPTY);
    return !is_sending();
}

static int send_frame(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    enum { FIRST_BYTES = 2 }; /* of the frame beside the length, which counts no header */
    uint32_t len = (uint32_t)gather_total(pieces, count);
    struct gather gather = gather_begin(pieces, count);

    (void)device;
    AX_CHECK(len >= HEADER_BYTES && len <= AX_FRAME_MAX);
    if (!has_room())
        return AX_E_WOULD_BLOCK;
    reg_write(DATA, (len - HEADER_BYTES) | gather_bytes(&gather, FIRST_BYTES) << 16);
    for (uint32_t words = (len - FIRST_BYTES + 3) / 4; words > 0; words--)
        reg_write(DATA, gather_word(&gather));
    reg_write(TR, TR_NEWTX);
    return AX_OK;
}

/* ---- the cable: not asked (README.md) */

static bool is_up(struct ax_link_device *device)
{
    (void)device;
    return true;
}

/* ---- start */

static void read_mac_address(uint8_t address[AX_MAC_LEN])
{
    uint32_t low = reg_read(IA0), high = reg_read(IA1);

    for (unsigned i = 0; i < AX_MAC_LEN; i++)
        address[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
}

/* Own address, broadcast, all multicast; frames with errors never enter the FIFO.
 * After a reset every source is unmasked, and what it held may be there still. */
static void start_device(void)
{
    enum { RXEN = 1, ALL_MULTICAST = 2, BAD_CRC_REJECTED = 8, RESET_FIFO = 0x10 };
    enum { TXEN = 1, PAD = 2, APPEND_CRC = 4, FULL_DUPLEX = 0x10 };

    reg_write(IM, 0);
    reg_write(RCTL, RESET_FIFO);
    reg_write(RIS, INT_ALL);
    reg_write(RCTL, RXEN | ALL_MULTICAST | BAD_CRC_REJECTED);
    reg_write(TCTL, TXEN | PAD | APPEND_CRC | FULL_DUPLEX);
    core_enable(ETHERNET_IRQ);
    listen_for(INT_RX);
}

struct ax_link_device *mac_start(void)
{
    static rx_block blocks[AX_LINK_RX_FRAMES];
    static const struct ax_link_ops ops = {
        .receive = receive,
        .release = release,
        .send = send_frame,
        .is_up = is_up,
    };

    mac.device.ops = &ops;
    mac.device.rx_frames = AX_LINK_RX_FRAMES;
    rx_blocks_init(blocks, AX_LINK_RX_FRAMES, RX_BLOCK_OFFSET);
    read_mac_address(mac.device.mac);
    start_device();
    return &mac.device;
}
