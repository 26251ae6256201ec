/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/link.h>

#include <string.h>

#include "base/check.h"

/* An rx slot is in the list of free ones, in that of waiting frames, or lent.
 * Lists, not a ring: frames come back in any order, and a slot that is back is
 * free at once. */
enum { NONE = UINT16_MAX, LENT = UINT16_MAX - 1 };

static struct ax_queue_device *queue_of(struct ax_link_device *device)
{
    return (struct ax_queue_device *)device; /* its first member */
}

static void put_free(struct ax_queue_device *queue, uint16_t index)
{
    queue->rx[index].next = queue->rx_free;
    queue->rx_free = index;
}

static uint16_t take_free(struct ax_queue_device *queue)
{
    uint16_t index = queue->rx_free;

    queue->rx_free = queue->rx[index].next;
    return index;
}

static void put_newest(struct ax_queue_device *queue, uint16_t index)
{
    queue->rx[index].next = NONE;
    if (queue->rx_oldest == NONE)
        queue->rx_oldest = index;
    else
        queue->rx[queue->rx_newest].next = index;
    queue->rx_newest = index;
}

static int receive(struct ax_link_device *device, struct ax_span *frame)
{
    struct ax_queue_device *queue = queue_of(device);

    if (queue->rx_oldest == NONE)
        return AX_E_WOULD_BLOCK;

    struct ax_queue_slot *slot = &queue->rx[queue->rx_oldest];
    queue->rx_oldest = slot->next;
    slot->next = LENT;
    *frame = (struct ax_span){.at = slot->bytes, .len = slot->len};
    return AX_OK;
}

static void release(struct ax_link_device *device, struct ax_span frame)
{
    struct ax_queue_device *queue = queue_of(device);
    ptrdiff_t offset = frame.at - queue->rx[0].bytes;
    ptrdiff_t index = offset / (ptrdiff_t)sizeof *queue->rx;

    AX_CHECK(index >= 0 && index < queue->slots && frame.at == queue->rx[index].bytes);
    AX_CHECK(queue->rx[index].next == LENT);
    put_free(queue, (uint16_t)index);
}

static uint16_t tx_after(const struct ax_queue_device *queue, uint16_t distance)
{
    uint16_t to_end = (uint16_t)(queue->slots - queue->tx_first);

    return (uint16_t)(distance < to_end ? queue->tx_first + distance : distance - to_end);
}

static int send(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    struct ax_queue_device *queue = queue_of(device);

    if (queue->tx_count == queue->slots)
        return AX_E_WOULD_BLOCK;

    struct ax_queue_slot *slot = &queue->tx[tx_after(queue, queue->tx_count)];
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
    AX_CHECK(slots > 0 && slots <= LENT);
    *queue = (struct ax_queue_device){
        .device = {.ops = &ops, .rx_frames = slots},
        .rx = rx,
        .tx = tx,
        .slots = slots,
        .rx_free = NONE,
        .rx_oldest = NONE,
    };
    memcpy(queue->device.mac, mac, AX_MAC_LEN);
    for (uint16_t i = 0; i < slots; i++)
        put_free(queue, i);
}

int ax_queue_push(struct ax_queue_device *queue, const void *frame, size_t len)
{
    if (len > AX_FRAME_MAX)
        return AX_E_ARG;
    if (queue->rx_free == NONE)
        return AX_E_WOULD_BLOCK;

    uint16_t index = take_free(queue);
    if (len > 0)
        memcpy(queue->rx[index].bytes, frame, len);
    queue->rx[index].len = (uint16_t)len;
    put_newest(queue, index);
    ax_event_signal(&queue->device.activity);
    return AX_OK;
}

bool ax_queue_can_push(const struct ax_queue_device *queue) { return queue->rx_free != NONE; }

int ax_queue_pull(struct ax_queue_device *queue, void *dst, size_t size)
{
    if (queue->tx_count == 0)
        return AX_E_WOULD_BLOCK;

    const struct ax_queue_slot *slot = &queue->tx[queue->tx_first];
    bool was_full = queue->tx_count == queue->slots;
    if (slot->len > size)
        return AX_E_SMALL;
    memcpy(dst, slot->bytes, slot->len);
    queue->tx_first = tx_after(queue, 1);
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
