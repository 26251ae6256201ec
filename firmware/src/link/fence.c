/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/fence.h"

#include <stddef.h>
#include <string.h>

#include <ax/clock.h>
#include <ax/debug.h>

#include "link/link.h"

enum { VERSION = 1, REQUEST = 1, ANSWER = 2, REQUEST_LEN = AX_FRAME_MIN + 8 };

static const uint8_t request_start[] = {0x50, 0x4c, VERSION, REQUEST};
static const uint8_t answer_start[] = {0x50, 0x4c, VERSION, ANSWER};

static const uint32_t *lines_said; /* one console, however many links */

static uint32_t read_number(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint8_t *write_number(uint8_t *at, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(number >> shift);
    return at;
}

static uint8_t *write_bytes(uint8_t *at, const uint8_t *bytes, size_t len)
{
    memcpy(at, bytes, len);
    return at + len;
}

bool fence_decode(struct ax_span frame, const uint8_t mac[AX_MAC_LEN],
                  struct fence_request *request)
{
    static const uint8_t all[AX_MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t type[] = {FENCE_ETHERTYPE >> 8, FENCE_ETHERTYPE & 0xff};
    const uint8_t *body = frame.at + AX_FRAME_MIN;

    if (frame.len < REQUEST_LEN || frame.len > AX_FRAME_MAX ||
        memcmp(frame.at + 2 * AX_MAC_LEN, type, sizeof type) != 0 ||
        memcmp(body, request_start, sizeof request_start) != 0)
        return false;
    if (memcmp(frame.at, mac, AX_MAC_LEN) != 0 && memcmp(frame.at, all, AX_MAC_LEN) != 0)
        return false;
    memcpy(request->from, frame.at + AX_MAC_LEN, AX_MAC_LEN);
    request->number = read_number(body + sizeof request_start);
    return true;
}

void fence_encode(uint8_t frame[FENCE_ANSWER_LEN], const uint8_t to[AX_MAC_LEN],
                  const uint8_t from[AX_MAC_LEN], const struct fence_answer *answer)
{
    const uint32_t numbers[] = {
        answer->number,  answer->now_ms,  answer->received, answer->sent,         answer->dropped,
        answer->polls,   answer->wakes,   answer->idles,    answer->longest_poll, answer->deadlines,
        answer->waiting, answer->refused, answer->said,
    };
    uint8_t *at = write_bytes(frame, to, AX_MAC_LEN);

    at = write_bytes(at, from, AX_MAC_LEN);
    *at++ = FENCE_ETHERTYPE >> 8;
    *at++ = FENCE_ETHERTYPE & 0xff;
    at = write_bytes(at, answer_start, sizeof answer_start);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        at = write_number(at, numbers[i]);
}

static bool take(struct ax_link *link, struct ax_span frame)
{
    struct fence_request request;

    if (!fence_decode(frame, link->device->mac, &request))
        return false;
    link->fence_pending = link_is_cable_in(link);
    link->fence_number = request.number;
    memcpy(link->fence_mac, request.from, AX_MAC_LEN);
    return true;
}

static bool frames_before_it_are_done(const struct ax_link *link)
{
    return link_is_unwatched(link) || link->queue_count == 0;
}

static void arm(struct ax_link *link)
{
    if (link->fence_armed || !frames_before_it_are_done(link))
        return;
    link->fence_armed = true;
    link->fence_idles = ax_exec_stats().idles;
    ax_idle_wait(link->fence_task.self);
}

static struct fence_answer answer_now(const struct ax_link *link)
{
    const struct ax_link_stats *stats = &link->stats;
    struct ax_exec_stats exec = ax_exec_stats();

    return (struct fence_answer){
        .number = link->fence_number,
        .now_ms = ax_now_ms(),
        .received = stats->rx_frames,
        .sent = stats->tx_frames,
        .dropped = stats->rx_dropped_queue + stats->rx_dropped_alloc + stats->rx_dropped_down +
                   stats->rx_dropped_size,
        .polls = exec.polls,
        .wakes = exec.wakes,
        .idles = exec.idles,
        .longest_poll = link->longest_poll,
        .deadlines = ax_clock_deadlines(),
        .waiting = link->queue_count,
        .refused = stats->tx_full,
        .said = lines_said ? *lines_said : 0,
    };
}

/* Past the faults and the counters of link_send(): a fence must not see them. */
static int send_answer(struct ax_link *link)
{
    struct fence_answer answer = answer_now(link);
    uint8_t frame[FENCE_ANSWER_LEN];
    struct ax_span piece = {.at = frame, .len = sizeof frame};

    fence_encode(frame, link->fence_mac, link->device->mac, &answer);
    return link->device->ops->send(link->device, &piece, 1);
}

/* The cable may have come out since the request: then the answer is lost in it. */
static bool try_to_answer(struct ax_link *link)
{
    if (!link_is_cable_in(link))
        return true;
    (void)ax_event_wait(&link->device->activity, link->fence_task.self);
    if (link->tx_refused || send_answer(link) != AX_OK)
        return false;
    ax_event_unwait(&link->device->activity, link->fence_task.self);
    link->stats.fences++;
    return true;
}

/* Polls may be spurious, so an idle entry is what counts, not the poll. After a
 * full transmit ring it waits for the news of room and then for idle once more:
 * others wait for the same news, and what they say comes first, even if by now
 * there is room that nobody was told of. */
static enum ax_poll poll_fence(struct ax_task *task)
{
    struct ax_link *link =
        (struct ax_link *)((uint8_t *)task - offsetof(struct ax_link, fence_task));
    bool is_idle = link->fence_armed && ax_exec_stats().idles != link->fence_idles;

    if (link->fence_armed && !is_idle)
        return AX_PENDING;
    link->fence_armed = false;
    if (is_idle && frames_before_it_are_done(link) && try_to_answer(link)) {
        link->fence_pending = false;
        ax_event_signal(&link->device->activity); /* frames may wait behind the fence */
    } else if (!is_idle) {
        fence_arm(link);
    }
    return AX_PENDING;
}

int ax_link_answer_fences(struct ax_link *link, const uint32_t *said)
{
    static const struct link_fence answered = {.take = take, .arm = arm};

    if (link->fence)
        return AX_OK;
    lines_said = said;
    link->fence_task = (struct ax_task){.poll = poll_fence, .name = "fence"};

    int err = ax_task_start(&link->fence_task);
    if (err == AX_OK)
        link->fence = &answered;
    return err;
}
