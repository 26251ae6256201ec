/* SPDX-License-Identifier: BSD-3-Clause */
#include "eth.h"

#include <stdatomic.h>

#include <ax/err.h>
#include <ax/link.h>
#include <ax/port.h>

#include "../cortex-m/chip.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "base/check.h"
#include "eth_mac.h"
#include "eth_registers.h"
#include "eth_rings.h"
#include "interrupts.h"
#include "phy.h"
#include "timers.h"
#include "unique.h"

static struct {
    struct ax_link_device device; /* first */
    struct phy phy;               /* the timer's interrupt's */
    _Atomic bool phy_spoke;
    bool up; /* as the MAC is set to */
    struct {
        uint32_t heard, taken, sent; /* frames, at the last beat */
        unsigned deaf_beats;         /* at which the MAC had frames and the DMA brought nothing */
        unsigned mute_beats;         /* at which the DMA had frames to send and sent nothing */
    } watch;                         /* the timer's interrupt's */
    _Atomic bool hangs;
} ethernet;

/* ---- interrupts: the handler masks what came, the task looks and unmasks it */

enum { SUMMARIES = DMA_NIS | DMA_AIS };

static void unmask(uint32_t source)
{
    uint32_t was = ax_port_lock();

    reg_write(DMACIER, reg_read(DMACIER) | source);
    ax_port_unlock(was);
}

/* Acknowledged now, so what happened before is seen by looking, and what happens from
 * here on interrupts. The look is at memory, which the core may do ahead of a store to a
 * device: not before that one has arrived. */
static void listen_for(uint32_t source)
{
    reg_write(DMACSR, source | SUMMARIES);
    unmask(source);
    __asm__ volatile("dsb" ::: "memory");
}

void eth_interrupt(void)
{
    uint32_t came = reg_read(DMACSR) & reg_read(DMACIER);

    AX_CHECK((came & DMA_FBE) == 0); /* a descriptor or a frame is where the DMA cannot go */
    reg_write(DMACIER, (reg_read(DMACIER) & ~came) | SUMMARIES | DMA_FBE);
    reg_write(DMACSR, SUMMARIES); /* they stay, and interrupt, whatever is masked */
    ax_event_signal(&ethernet.device.activity);
}

/* ---- receive */

/* A receiver that is suspended though all descriptors are its own was told of them in
 * a moment when it did not listen (zephyr#79066, hubris#750). */
static bool is_suspended(void)
{
    enum { RPS_SHIFT = 8, RPS_MASK = 0xf, SUSPENDED = 4 };

    return (reg_read(DMADSR) >> RPS_SHIFT & RPS_MASK) == SUSPENDED;
}

static bool has_frame(void)
{
    if (rings_have_frame())
        return true;
    listen_for(DMA_RI | DMA_RBU);
    if (rings_have_frame())
        return true;
    if (is_suspended())
        rings_wake_receiver();
    return false;
}

static int receive(struct ax_link_device *device, struct ax_span *frame)
{
    (void)device;
    chip_is_alive();
    if (!has_frame())
        return AX_E_WOULD_BLOCK;
    *frame = rings_take_frame();
    return AX_OK;
}

static void release(struct ax_link_device *device, struct ax_span frame)
{
    (void)device;
    rings_give_back(frame);
}

static bool sums_are_right(struct ax_link_device *device, struct ax_span frame)
{
    (void)device;
    return rings_sums_are_right(frame);
}

/* ---- transmit */

static bool has_room(void)
{
    if (rings_have_room())
        return true;
    listen_for(DMA_TI);
    return rings_have_room();
}

static int send_frame(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    (void)device;
    if (!has_room())
        return AX_E_WOULD_BLOCK;
    rings_send(pieces, count);
    return AX_OK;
}

/* ---- the cable, and a DMA that hangs */

/* One beat more of a kind, after `most` of which, with none to the contrary, nothing but a
 * reset helps. */
static void count_beat(unsigned *beats, unsigned most)
{
    if (++*beats < most)
        return;
    *beats = 0;
    atomic_store(&ethernet.hangs, true);
}

/* The MAC has frames for us, again and again, and none comes out of the DMA, though it
 * has descriptors: nothing but a reset helps (hubris#750, zephyr#84737). MMC counts what
 * passes the filter (RM0433, 58.5), but of that only what is to us alone, and nothing once
 * the queue is full: the queue says the rest. What stands there at one beat and is on its
 * way is in memory long before the next. */
static void watch_receiver(void)
{
    enum { BEATS_MAX = 4 };
    uint32_t heard = mac_heard(), taken = rings_taken();
    bool waits = mac_is_waiting_for_dma();

    if (taken != ethernet.watch.taken || rings_are_waiting())
        ethernet.watch.deaf_beats = 0;
    else if (waits || heard != ethernet.watch.heard)
        count_beat(&ethernet.watch.deaf_beats, BEATS_MAX);
    ethernet.watch.heard = heard;
    ethernet.watch.taken = taken;
}

/* Descriptors stay the DMA's though there is a link: has_room() would be false for good. A
 * frame that meets others on a line of half duplex is tried again 15 times, at 10 Mbit/s
 * for 0.4 s; and no frame takes longer. */
static void watch_transmitter(void)
{
    enum { BEATS_MAX = 1000000 / TIMERS_BEAT_US };
    uint32_t sent = rings_sent();

    if (sent != ethernet.watch.sent || !rings_are_sending() || !ethernet.phy.up)
        ethernet.watch.mute_beats = 0;
    else
        count_beat(&ethernet.watch.mute_beats, BEATS_MAX);
    ethernet.watch.sent = sent;
}

/* It waited at the beat before as well: nobody was told of it, or somebody is slow. */
static bool is_frame_left(void)
{
    return rings_are_waiting() && rings_taken() == ethernet.watch.taken;
}

static void beat(void)
{
    bool is_left = is_frame_left();

    if (phy_beat(&ethernet.phy))
        atomic_store(&ethernet.phy_spoke, true);
    watch_receiver();
    watch_transmitter();
    if (ethernet.phy_spoke || ethernet.hangs || is_left || is_suspended())
        ax_event_signal(&ethernet.device.activity);
}

static void start_again(void);

/* Asked whatever the link waits for: a fence that finds no room to be answered lets
 * nothing be received before. */
static bool is_up(struct ax_link_device *device)
{
    (void)device;
    if (atomic_exchange(&ethernet.hangs, false))
        start_again();
    if (atomic_exchange(&ethernet.phy_spoke, false)) {
        uint32_t was = ax_port_lock();

        ethernet.up = ethernet.phy.up;
        if (ethernet.up)
            mac_set_speed(ethernet.phy.hundred, ethernet.phy.full_duplex);
        ax_port_unlock(was);
    }
    return ethernet.up;
}

/* ---- start */

/* The PHY's registers are asked for anew: a reset of the MAC ends what is under way. */
static void start(void (*start_rings)(void))
{
    mac_start(ethernet.device.mac);
    start_rings();
    reg_write(DMACIER, SUMMARIES | DMA_FBE);
    core_enable(ETHERNET_IRQ);
    listen_for(DMA_RI | DMA_RBU);
    mac_go();
    phy_start(&ethernet.phy);
    ethernet.up = ethernet.phy.up;
    if (ethernet.up)
        mac_set_speed(ethernet.phy.hundred, ethernet.phy.full_duplex);
}

/* What waits to be sent is lost, as on a wire; frames that are lent stay so. */
static void start_again(void)
{
    uint32_t was = ax_port_lock();

    mac_stop();
    start(rings_start_again);
    ax_port_unlock(was);
}

void eth_stop(void) { mac_stop(); }

struct ax_link_device *eth_start(void)
{
    static const struct ax_link_ops ops = {
        .receive = receive,
        .release = release,
        .send = send_frame,
        .is_up = is_up,
        .sums_are_right = sums_are_right,
    };

    ethernet.device.ops = &ops;
    ethernet.device.rx_frames = AX_LINK_RX_FRAMES;
    unique_mac(ethernet.device.mac);
    start(rings_start);
    timers_beat(beat);
    return &ethernet.device;
}
