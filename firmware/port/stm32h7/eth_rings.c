/* SPDX-License-Identifier: BSD-3-Clause */
#include "eth_rings.h"

#include <stdint.h>
#include <string.h>

#include <ax/config.h>
#include <ax/link.h>

#include "../cortex-m/registers.h"
#include "../mac_sums.h"
#include "../rx_blocks.h"
#include "base/check.h"
#include "eth_registers.h"

/* RM0433, 58.10: four words, read and written back by the DMA. */
struct descriptor {
    volatile uint32_t buffer, sums, lengths, status; /* the second is the receiver's alone */
};
static const uint32_t OWNED_BY_DMA = 0x80000000, TX_INTERRUPT = 0x80000000;
enum { FIRST = 1 << 29, LAST = 1 << 28 };
enum { TX_ALL_SUMS = 3 << 16 }; /* IP's header's; and the payload's, pseudo-header and all */
enum { RX_INTERRUPT = 1 << 30, RX_HAS_BUFFER = 1 << 24, RX_ERROR = 1 << 15, RX_LENGTH = 0x7fff };
enum { RX_SUMS_ARE_VALID = 1 << 26 }; /* the second word says something */

/* What is sent at once and never again: all fragments of an echo of 60,000 bytes. */
enum { RX_RING = 24, TX_RING = 42, TX_BYTES = 1536 };
_Static_assert(sizeof(rx_block) == RINGS_BUFFER_BYTES, "and a multiple of the bus");
enum { BLOCKS = AX_LINK_RX_FRAMES + RX_RING };

#define DMA_MEMORY __attribute__((section(".dma"), aligned(32)))

static DMA_MEMORY struct descriptor rx_ring[RX_RING], tx_ring[TX_RING];
static DMA_MEMORY rx_block rx_blocks[BLOCKS];
static __attribute__((section(".dma_sent"), aligned(32))) uint8_t tx_frames[TX_RING][TX_BYTES];

static struct {
    unsigned rx, tx;          /* the next descriptor of each ring */
    uint32_t *in_rx[RX_RING]; /* the block that a descriptor has: the DMA writes over its address */
    uint32_t taken;           /* descriptors; wraps */
    uint32_t handed;          /* to be sent; wraps */
    bool sums_are_right[BLOCKS];
    bool rx_is_cut; /* the next one ends a frame that is too long */
} rings;

static uint32_t address(const volatile void *at) { return (uint32_t)(uintptr_t)at; }

/* What was written before is in memory before what is written behind: the DMA reads
 * a descriptor as soon as it is its own, and all of them behind a tail. A DMB orders the
 * processor's memory alone, not a tail, which is a device's register (h5xx-hal#37). */
static void before(void) { __asm__ volatile("dsb" ::: "memory"); }

/* What is read behind is not older than what was read before. */
static void behind(void) { __asm__ volatile("dmb" ::: "memory"); }

/* ---- receive */

/* Each word every time: the DMA has overwritten the first with the VLAN tag. */
static void arm(unsigned index, uint32_t *block)
{
    struct descriptor *descriptor = &rx_ring[index];

    rings.in_rx[index] = block;
    descriptor->buffer = address(block);
    descriptor->sums = 0;
    descriptor->lengths = 0;
    before();
    descriptor->status = OWNED_BY_DMA | RX_INTERRUPT | RX_HAS_BUFFER;
    before();
}

/* The DMA stops when it gets to the tail: one armed descriptor always stands there. */
static void tell_receiver(unsigned last_armed)
{
    reg_write(DMACRDTPR, address(&rx_ring[last_armed]));
}

static unsigned rx_before(unsigned index) { return (index + RX_RING - 1) % RX_RING; }

/* The same tail again may mean nothing to it (zephyr#79066): another one first. */
void rings_wake_receiver(void)
{
    unsigned guard = rx_before(rings.rx);

    before();
    tell_receiver(rx_before(guard));
    tell_receiver(guard);
}

static bool is_given_back(unsigned index) { return (rx_ring[index].status & OWNED_BY_DMA) == 0; }

bool rings_are_waiting(void) { return is_given_back(rings.rx); }

/* The descriptor at hand goes back to the DMA, the next one is looked at. */
static void rearm_with(uint32_t *block)
{
    unsigned index = rings.rx;

    arm(index, block);
    tell_receiver(index);
    rings.taken++;
    rings.rx = (index + 1) % RX_RING;
}

/* A frame longer than its block goes on in the next descriptors: its parts are nobody's,
 * and with the last it is lent as the too long one that it is. */
bool rings_have_frame(void)
{
    while (is_given_back(rings.rx)) {
        if ((rx_ring[rings.rx].status & LAST) != 0)
            return true;
        rings.rx_is_cut = true;
        rearm_with(rings.in_rx[rings.rx]);
    }
    return false;
}

static size_t length_of(uint32_t status)
{
    bool is_cut = rings.rx_is_cut || (status & FIRST) == 0;

    rings.rx_is_cut = false;
    if ((status & RX_ERROR) != 0)
        return 0;
    return is_cut ? AX_FRAME_MAX + 1 : status & RX_LENGTH;
}

/* Wrong sums are told of in the second word and are no RX_ERROR (RM0433, 58.10). What the
 * engine has passed by (fragments, IPv6) or does not know is no more right than wrong. */
static bool were_sums_right(uint32_t status, uint32_t sums)
{
    enum { TYPE_MASK = 7, UDP = 1, TCP = 2 };
    enum { HEADER_WRONG = 1 << 3, IPV4 = 1 << 4, PASSED_BY = 1 << 6, PAYLOAD_WRONG = 1 << 7 };
    uint32_t type = sums & TYPE_MASK;

    return (status & RX_SUMS_ARE_VALID) != 0 && (type == UDP || type == TCP) &&
           (sums & (HEADER_WRONG | IPV4 | PASSED_BY | PAYLOAD_WRONG)) == IPV4;
}

static unsigned number_of(const void *at)
{
    return (unsigned)(((const uint8_t *)at - (const uint8_t *)rx_blocks) /
                      (ptrdiff_t)sizeof(rx_block));
}

bool rings_sums_are_right(struct ax_span frame)
{
    return rings.sums_are_right[number_of(frame.at)] && mac_sums_may_trust(frame.at, frame.len);
}

uint32_t rings_taken(void) { return rings.taken; }

/* A block is free: there are more than the ring, the link and lwIP ever keep. */
struct ax_span rings_take_frame(void)
{
    unsigned index = rings.rx;
    uint32_t status = rx_ring[index].status;
    uint32_t *block = rings.in_rx[index], *fresh = rx_blocks_take();

    AX_CHECK(fresh);
    behind();
    rings.sums_are_right[number_of(block)] = were_sums_right(status, rx_ring[index].sums);
    rearm_with(fresh);
    return rx_blocks_frame(block, length_of(status));
}

void rings_give_back(struct ax_span frame) { rx_blocks_give(frame); }

/* ---- transmit */

static bool is_sent(unsigned index) { return (tx_ring[index].status & OWNED_BY_DMA) == 0; }

/* One less than there are: a tail that comes round to where the DMA stands tells it
 * that there is nothing, and it stays there for good. */
bool rings_have_room(void) { return is_sent(rings.tx) && is_sent((rings.tx + 1) % TX_RING); }

/* They come back in the order in which they were handed over. */
static uint32_t unsent(void)
{
    uint32_t count = 0;

    while (count < TX_RING && !is_sent((rings.tx + TX_RING - 1 - count) % TX_RING))
        count++;
    return count;
}

uint32_t rings_sent(void) { return rings.handed - unsent(); }

bool rings_are_sending(void) { return unsent() != 0; }

static uint32_t gather_into(uint8_t *frame, const struct ax_span *pieces, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        AX_CHECK(len + pieces[i].len <= AX_FRAME_MAX);
        memcpy(frame + len, pieces[i].at, pieces[i].len);
        len += pieces[i].len;
    }
    return (uint32_t)len;
}

void rings_send(const struct ax_span *pieces, size_t count)
{
    struct descriptor *descriptor = &tx_ring[rings.tx];
    uint8_t *frame = tx_frames[rings.tx];
    uint32_t len = gather_into(frame, pieces, count);

    descriptor->buffer = address(frame);
    descriptor->sums = 0;
    descriptor->lengths = TX_INTERRUPT | len;
    before();
    descriptor->status =
        OWNED_BY_DMA | FIRST | LAST | (mac_sums_may_insert(frame, len) ? TX_ALL_SUMS : 0U) | len;
    before();
    rings.handed++;
    rings.tx = (rings.tx + 1) % TX_RING;
    reg_write(DMACTDTPR, address(&tx_ring[rings.tx]));
}

/* ---- start */

static void tell_dma(void)
{
    reg_write(DMACTDLAR, address(tx_ring));
    reg_write(DMACTDRLR, TX_RING - 1);
    reg_write(DMACTDTPR, address(tx_ring));
    reg_write(DMACRDLAR, address(rx_ring));
    reg_write(DMACRDRLR, RX_RING - 1);
    tell_receiver(RX_RING - 1);
}

/* The blocks that the ring has are its own still. */
void rings_start_again(void)
{
    memset((void *)(uintptr_t)tx_ring, 0, sizeof tx_ring);
    rings.rx = rings.tx = 0;
    rings.rx_is_cut = false;
    for (unsigned i = 0; i < RX_RING; i++)
        arm(i, rings.in_rx[i]);
    tell_dma();
}

void rings_start(void)
{
    rx_blocks_init(rx_blocks, BLOCKS, 0);
    for (unsigned i = 0; i < RX_RING; i++)
        rings.in_rx[i] = rx_blocks_take();
    rings_start_again();
}
