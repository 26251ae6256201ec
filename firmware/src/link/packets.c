/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/packets.h"

#include <ax/clock.h>

void ax_packets_init(struct ax_packets *packets, struct ax_queue_slot *rx, struct ax_queue_slot *tx,
                     uint16_t slots)
{
    static const uint8_t none[AX_MAC_LEN];

    *packets = (struct ax_packets){0};
    ax_queue_device_init(&packets->queue, none, rx, tx, slots);
}

static struct ax_link_device *device(struct ax_packets *packets) { return &packets->queue.device; }

/* ---- the application's side */

int ax_packets_push(struct ax_packets *packets, const void *packet, size_t len)
{
    int err;

    if (len < AX_PACKET_MIN || len > AX_PACKET_MAX)
        return AX_E_ARG;
    err = ax_queue_push(&packets->queue, packet, len);
    if (err == AX_OK)
        packets->stats.pushed++;
    else
        packets->stats.push_full++;
    return err;
}

int ax_packets_pull(struct ax_packets *packets, void *dst, size_t size)
{
    int len = ax_queue_pull(&packets->queue, dst, size);

    if (len < 0)
        return len;
    packets->stats.pulled++;
    if (packets->wanted)
        ax_event_signal(&device(packets)->activity);
    return len;
}

unsigned ax_packets_ready(const struct ax_packets *packets)
{
    unsigned holds = 0;

    if (packets->queue.tx_count != 0)
        holds |= AX_READABLE;
    if (ax_queue_can_push(&packets->queue))
        holds |= AX_WRITABLE;
    return holds;
}

void ax_packets_wait(struct ax_packets *packets, unsigned interest, ax_tasks self)
{
    if (interest & AX_READABLE)
        (void)ax_event_wait(&packets->readable, self);
    if (interest & AX_WRITABLE)
        (void)ax_event_wait(&packets->writable, self);
    if (ax_packets_ready(packets) & interest)
        ax_wake(self);
}

void ax_packets_unwait(struct ax_packets *packets, ax_tasks self)
{
    ax_event_unwait(&packets->readable, self);
    ax_event_unwait(&packets->writable, self);
}

struct ax_packets_stats ax_packets_stats(const struct ax_packets *packets)
{
    return packets->stats;
}

/* ---- the stack's side */

void packets_wait(struct ax_packets *packets, ax_tasks self)
{
    (void)ax_event_wait(&device(packets)->activity, self);
}

int packets_next(struct ax_packets *packets, struct ax_span *packet)
{
    return device(packets)->ops->receive(device(packets), packet);
}

void packets_release(struct ax_packets *packets, struct ax_span packet)
{
    device(packets)->ops->release(device(packets), packet);
    ax_event_signal(&packets->writable);
}

bool packets_have_room(struct ax_packets *packets, unsigned count)
{
    packets->wanted = (unsigned)(packets->queue.slots - packets->queue.tx_count) < count;
    return !packets->wanted;
}

int packets_send(struct ax_packets *packets, const struct ax_span *pieces, size_t count)
{
    int err = device(packets)->ops->send(device(packets), pieces, count);

    if (err < 0) {
        packets->stats.send_full++;
        return err;
    }
    packets->stats.sent++;
    ax_clock_mark();
    ax_event_signal(&packets->readable);
    return AX_OK;
}
