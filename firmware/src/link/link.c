/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/link.h"

#include <ax/clock.h>
#include <ax/debug.h>

#include "base/check.h"
#include "link/fault.h"
#include "link/fence.h"

void ax_link_init(struct ax_link *link, struct ax_link_device *device)
{
    *link = (struct ax_link){.device = device, .rx_more = true};
}

struct ax_link_stats ax_link_stats(const struct ax_link *link) { return link->stats; }

unsigned ax_link_waiting(const struct ax_link *link) { return link->queue_count; }

bool link_is_unwatched(const struct ax_link *link) { return link->by_hand || link->fault.rx_defer; }

bool ax_link_is_up(const struct ax_link *link) { return link->up; }

/* Frames refused during an advance come with no activity of their own when it
 * ends; its end is an idle entry. All else is signalled as activity. */
bool link_wait(struct ax_link *link, ax_tasks self)
{
    bool news = ax_event_wait(&link->device->activity, self);

    if (ax_clock_is_advancing())
        ax_idle_wait(self);
    return news || link->rx_more || link->tx_refused;
}

/* While the stack does not look, one frame of the device stays free of the
 * queue, so that a fence behind any number of frames is seen. */
static bool queue_is_full(const struct ax_link *link)
{
    unsigned most = AX_LINK_RX_QUEUE;

    if (link_is_unwatched(link) && link->device->rx_frames <= most)
        most = link->device->rx_frames > 1 ? link->device->rx_frames - 1U : 1;
    return link->queue_count >= most;
}

static bool may_take(const struct ax_link *link)
{
    return !link->fence_pending && !link->fault.rx_hold && !ax_clock_is_advancing() &&
           (link->queue_count < AX_LINK_RX_QUEUE || link_is_unwatched(link));
}

/* The counter of the reason to drop `frame`; NULL when it can be queued. */
static uint32_t *reason_to_drop(struct ax_link *link, struct ax_span frame)
{
    if (frame.len < AX_FRAME_MIN || frame.len > AX_FRAME_MAX)
        return &link->stats.rx_dropped_size;
    if (!link_is_cable_in(link))
        return &link->stats.rx_dropped_down;
    if (fault_rx_alloc(link))
        return &link->stats.rx_dropped_alloc;
    if (queue_is_full(link))
        return &link->stats.rx_dropped_queue;
    return NULL;
}

static unsigned wrapped(unsigned index)
{
    return index < AX_LINK_RX_QUEUE ? index : index - AX_LINK_RX_QUEUE;
}

/* Returns whether it was queued. */
static bool take_in(struct ax_link *link, struct ax_span frame)
{
    if (fence_take(link, frame)) {
        link_release(link, frame);
        return false;
    }

    uint32_t *reason = reason_to_drop(link, frame);
    if (reason) {
        ++*reason;
        link_release(link, frame);
        return false;
    }
    link->queue[wrapped(link->queue_first + link->queue_count)] = frame;
    link->queue_count++;
    return true;
}

unsigned link_intake(struct ax_link *link, unsigned max)
{
    unsigned moved = 0;

    link->rx_more = true;
    link->tx_refused = false;
    for (unsigned seen = 0; seen < max && may_take(link); seen++) {
        struct ax_span frame;
        if (link->device->ops->receive(link->device, &frame) != AX_OK) {
            link->rx_more = false;
            break;
        }
        moved += take_in(link, frame);
    }
    fence_arm(link);
    return moved;
}

bool link_has_more(struct ax_link *link) { return link->rx_more && may_take(link); }

int link_next(struct ax_link *link, struct ax_span *frame)
{
    if (link->queue_count == 0 || link->fault.rx_defer)
        return AX_E_WOULD_BLOCK;
    *frame = link->queue[link->queue_first];
    link->queue_first = (uint16_t)wrapped(link->queue_first + 1U);
    link->queue_count--;
    link->stats.rx_frames++;
    fence_arm(link);
    return AX_OK;
}

void link_release(struct ax_link *link, struct ax_span frame)
{
    link->device->ops->release(link->device, frame);
}

#if AX_LINK_SUMS
bool link_sums_are_right(const struct ax_link *link, struct ax_span frame)
{
    const struct ax_link_ops *ops = link->device->ops;

    return ops->sums_are_right && ops->sums_are_right(link->device, frame);
}
#endif

void link_drop_alloc(struct ax_link *link, struct ax_span frame)
{
    link->stats.rx_frames--;
    link->stats.rx_dropped_alloc++;
    link_release(link, frame);
}

static size_t length_of(const struct ax_span *pieces, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += pieces[i].len;
    return len;
}

static bool device_takes(struct ax_link *link, const struct ax_span *pieces, size_t count)
{
    if (link->device->ops->send(link->device, pieces, count) == AX_OK)
        return true;
    link->tx_refused = true;
    return false;
}

int link_send(struct ax_link *link, const struct ax_span *pieces, size_t count)
{
    size_t len = length_of(pieces, count);

    AX_CHECK(len >= AX_FRAME_MIN && len <= AX_FRAME_MAX);
    if (!link_is_cable_in(link)) {
        link->stats.tx_dropped_down++;
        return AX_OK;
    }
    if (fault_tx_full(link) || !device_takes(link, pieces, count)) {
        link->stats.tx_full++;
        return AX_E_WOULD_BLOCK;
    }
    link->stats.tx_frames++;
    ax_clock_mark();
    return AX_OK;
}

bool link_is_full(const struct ax_link *link) { return fault_is_tx_full(link); }

const uint8_t *link_mac(const struct ax_link *link) { return link->device->mac; }

bool link_is_cable_in(struct ax_link *link) { return link->device->ops->is_up(link->device); }

void link_set_up(struct ax_link *link, bool up) { link->up = up; }

void link_set_by_hand(struct ax_link *link, bool by_hand)
{
    link->by_hand = by_hand;
    fence_arm(link);
}

void link_note_poll(struct ax_link *link, unsigned frames)
{
    if (frames > link->longest_poll)
        link->longest_poll = frames;
}
