/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/link.h>

#include <string.h>

#include "base/check.h"

/* The rx slots from rx_first on: first those lent, then those that wait. Frames
 * come back in any order; one that is back before an older one is marked, and
 * its slot is free when all before it are. */
enum { IS_BACK = UINT16_MAX };

static struct ax_queue_device *queue_of(struct ax_link_device *device)
{
    return (struct ax_queue_device *)device; /* its first member */
}

static uint16_t slot_after(const struct ax_queue_device *queue, uint16_t first, uint16_t distance)
{
    uint16_t to_end = (uint16_t)(queue->slots - first);

    return (uint16_t)(distance < to_end ? first + distance : distance - to_end);
}

static int receive(struct ax_link_device *device, struct ax_span *frame)
{
    struct ax_queue_device *queue = queue_of(device);

    if (queue->rx_lent == queue->rx_count)
        return AX_E_WOULD_BLOCK;

    struct ax_queue_slot *slot = &queue->rx[slot_after(queue, queue->rx_first, queue->rx_lent)];
    queue->rx_lent++;
    *frame = (struct ax_span){.at = slot->bytes, .len = slot->len};
    return AX_OK;
}

static struct ax_queue_slot *slot_of(const struct ax_queue_device *queue, const uint8_t *at)
{
    for (uint16_t i = 0; i < queue->rx_lent; i++) {
        struct ax_queue_slot *slot = &queue->rx[slot_after(queue, queue->rx_first, i)];
        if (slot->bytes == at && slot->len != IS_BACK)
            return slot;
    }
    return NULL;
}

static void release(struct ax_link_device *device, struct ax_span frame)
{
    struct ax_queue_device *queue = queue_of(device);
    struct ax_queue_slot *slot = slot_of(queue, frame.at);

    AX_CHECK(slot != NULL);
    slot->len = IS_BACK;
    while (queue->rx_lent > 0 && queue->rx[queue->rx_first].len == IS_BACK) {
        queue->rx_first = slot_after(queue, queue->rx_first, 1);
        queue->rx_lent--;
        queue->rx_count--;
    }
}

static int send(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    struct ax_queue_device *queue = queue_of(device);

    if (queue->tx_count == queue->slots)
        return AX_E_WOULD_BLOCK;

    struct ax_queue_slot *slot = &queue->tx[slot_after(queue, queue->tx_first, queue->tx_count)];
    slot->len = 0;
    for (size_t i = 0; i < count; i++) {
        AX_CHECK(pieces[i].len <= AX_FRAME_MAX - (size_t)slot->len);
        if (pieces[i].len > 0)
            memcpy(slot->bytes + slot->len, pieces[i].at, pieces[i].len);
        slot->len = (uint16_t)(slot->len + pieces[i].len);
    }
    queue->tx_count++;
    return AX_OK;
}

static bool is_up(struct ax_link_device *device) { return !queue_of(device)->down; }

static const struct ax_link_ops ops = {
    .receive = receive,
    .release = release,
    .send = send,
    .is_up = is_up,
};

void ax_queue_device_init(struct ax_queue_device *queue, const uint8_t mac[AX_MAC_LEN],
                          struct ax_queue_slot *rx, struct ax_queue_slot *tx, uint16_t slots)
{
    AX_CHECK(slots > 0);
    *queue = (struct ax_queue_device){
        .device = {.ops = &ops, .rx_frames = slots},
        .rx = rx,
        .tx = tx,
        .slots = slots,
    };
    memcpy(queue->device.mac, mac, AX_MAC_LEN);
}

int ax_queue_push(struct ax_queue_device *queue, const void *frame, size_t len)
{
    if (len > AX_FRAME_MAX)
        return AX_E_ARG;
    if (queue->rx_count == queue->slots)
        return AX_E_WOULD_BLOCK;

    struct ax_queue_slot *slot = &queue->rx[slot_after(queue, queue->rx_first, queue->rx_count)];
    if (len > 0)
        memcpy(slot->bytes, frame, len);
    slot->len = (uint16_t)len;
    queue->rx_count++;
    ax_event_signal(&queue->device.activity);
    return AX_OK;
}

int ax_queue_pull(struct ax_queue_device *queue, void *dst, size_t size)
{
    if (queue->tx_count == 0)
        return AX_E_WOULD_BLOCK;

    const struct ax_queue_slot *slot = &queue->tx[queue->tx_first];
    bool was_full = queue->tx_count == queue->slots;
    if (slot->len > size)
        return AX_E_SMALL;
    memcpy(dst, slot->bytes, slot->len);
    queue->tx_first = slot_after(queue, queue->tx_first, 1);
    queue->tx_count--;
    if (was_full)
        ax_event_signal(&queue->device.activity);
    return slot->len;
}

void ax_queue_set_up(struct ax_queue_device *queue, bool up)
{
    if (queue->down != up)
        return;
    queue->down = !up;
    ax_event_signal(&queue->device.activity);
}
