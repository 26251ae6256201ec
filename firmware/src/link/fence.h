/* SPDX-License-Identifier: BSD-3-Clause */
/* The fence of docs/bench-protocol.md: its layout, and when it is answered. */
#ifndef AX_LINK_FENCE_H
#define AX_LINK_FENCE_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/link.h>
#include <ax/span.h>

enum { FENCE_ETHERTYPE = 0x88b5, FENCE_ANSWER_LEN = AX_FRAME_MIN + 56 };

struct fence_request {
    uint8_t from[AX_MAC_LEN];
    uint32_t number;
};

struct fence_answer {
    uint32_t number, now_ms;
    uint32_t received, sent, dropped; /* frames, as the link counts them */
    uint32_t polls, wakes, idles;
    uint32_t longest_poll, deadlines, waiting;
    uint32_t refused; /* sends that found the transmit ring full */
    uint32_t said;    /* lines on the console */
};

/* Whether `frame` is a version 1 request to `mac` or to all; then *request. */
bool fence_decode(struct ax_span frame, const uint8_t mac[AX_MAC_LEN],
                  struct fence_request *request);

void fence_encode(uint8_t frame[FENCE_ANSWER_LEN], const uint8_t to[AX_MAC_LEN],
                  const uint8_t from[AX_MAC_LEN], const struct fence_answer *answer);

/* Reached through the link, so that an image that answers no fences has nothing of
 * them. */
struct link_fence {
    bool (*take)(struct ax_link *link, struct ax_span frame);
    void (*arm)(struct ax_link *link);
};

/* If `frame` is a fence that this image answers, notes it (unless the cable is
 * out) and returns true: the frame is of no more use. One at a time. */
static inline bool fence_take(struct ax_link *link, struct ax_span frame)
{
    return link->fence && link->fence->take(link, frame);
}

/* Lets a noted fence wait for idle as soon as the frames before it are where
 * they must be. Call it whenever the queue empties or by_hand changes. */
static inline void fence_arm(struct ax_link *link)
{
    if (link->fence_pending)
        link->fence->arm(link);
}

#endif
