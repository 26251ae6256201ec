/* SPDX-License-Identifier: BSD-3-Clause */
/* Ethernet frames: the device below, the stack above, and what is between them.
 *
 * A port gives an ax_link_device: a handful of functions and one event. An
 * ax_link is the layer over it that counts, answers fences, and (in a test
 * image) injects the faults that no peer can make (ax/debug.h).
 *
 * Frames are lent, not copied: a received frame stays in the device's memory
 * until it is released.
 *
 * Checksums are the stack's work, unless the image is built for a device that sees to
 * some (AX_LINK_SUMS in ax/config.h): then send() puts in TCP's and UDP's of each packet
 * that is no fragment, and sums_are_right() tells of those that came. Fragments, ICMP
 * and all else stay with the stack: a device never sees a datagram whole.
 *
 * Context: the network task, except where said. A driver's interrupts only
 * signal `activity`.
 */
#ifndef AX_LINK_H
#define AX_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/config.h>
#include <ax/exec.h>
#include <ax/span.h>

enum {
    AX_FRAME_MIN = 14,   /* bytes of an Ethernet header */
    AX_FRAME_MAX = 1514, /* bytes of header and payload, without FCS */
    AX_LINK_MTU = AX_FRAME_MAX - AX_FRAME_MIN,
    AX_MAC_LEN = 6,
};

struct ax_link_device;

struct ax_link_ops {
    /* Lends the oldest received frame, without FCS: {at, len}. AX_OK, or
     * AX_E_WOULD_BLOCK when there is none; `activity` is then signalled when
     * there is one. */
    int (*receive)(struct ax_link_device *device, struct ax_span *frame);

    /* Takes a lent frame back, in any order. */
    void (*release)(struct ax_link_device *device, struct ax_span frame);

    /* Sends one frame gathered from `count` pieces, AX_FRAME_MAX bytes at most
     * in all. The pieces are borrowed until it returns. AX_OK, or
     * AX_E_WOULD_BLOCK when the transmit ring is full; `activity` is then
     * signalled when there is room again. */
    int (*send)(struct ax_link_device *device, const struct ax_span *pieces, size_t count);

    /* Whether the cable is in, as the driver knows. It is asked for each frame,
     * so it asks no PHY: the driver does that when the PHY interrupts or by a
     * timer of hardware time, remembers, and signals `activity` on a change. */
    bool (*is_up)(struct ax_link_device *device);

#if AX_LINK_SUMS
    /* Whether the device has found all sums of this lent frame right: IP's header's, and
     * TCP's or UDP's. When in doubt no: then the stack adds up itself, and what is wrong
     * is dropped and counted there, as without such a device. */
    bool (*sums_are_right)(struct ax_link_device *device, struct ax_span frame);
#endif
};

struct ax_link_device {
    const struct ax_link_ops *ops;
    uint8_t mac[AX_MAC_LEN];
    uint16_t rx_frames;       /* how many frames it can lend at once */
    struct ax_event activity; /* a frame came, room came back, or the cable moved */
};

/* Counters since start; each wraps. A frame is in exactly one of rx_frames and
 * the rx_ drops. Fences and their answers are in none of them. */
struct ax_link_stats {
    uint32_t rx_frames;        /* handed to the stack */
    uint32_t rx_dropped_queue; /* came while polling by hand, and the queue was full */
    uint32_t rx_dropped_alloc; /* no buffer for it */
    uint32_t rx_dropped_down;  /* came while the link was down */
    uint32_t rx_dropped_size;  /* shorter than a header or longer than AX_FRAME_MAX */
    uint32_t tx_frames;        /* taken by the device */
    uint32_t tx_full; /* refused: transmit ring full. What a socket sent goes later; ARP, ICMP and
                       * resets are not sent again. */
    uint32_t tx_dropped_down; /* dropped: the link was down */
    uint32_t fences;          /* answered */
};

struct link_fence;
struct link_faults;

/* Fields are private to src/link. */
struct ax_link {
    struct ax_link_device *device;
    struct ax_link_stats stats;
    struct ax_span queue[AX_LINK_RX_QUEUE];
    uint16_t queue_first, queue_count;
    bool rx_more;    /* the device may hold more frames */
    bool tx_refused; /* the device was full in the stack's last poll, which tries again */
    bool by_hand;    /* the stack is polled by hand: fences do not wait for it */
    bool up;         /* as the stack last heard */
    bool fence_pending;
    bool fence_armed;                 /* the fence's answer waits for idle */
    uint32_t fence_idles;             /* idle entries when it began to wait */
    const struct link_fence *fence;   /* NULL: this image answers none */
    const struct link_faults *faults; /* NULL: none was ever asked for */
    uint8_t fence_mac[AX_MAC_LEN];
    uint32_t fence_number;
    struct ax_task fence_task;
    uint32_t longest_poll; /* most frames that one poll of the stack processed */
    struct {
        uint32_t tx_full, rx_alloc; /* how many are still to fail; UINT32_MAX: all */
        uint32_t tx_room; /* frames that the transmit ring still takes, if it is bounded */
        bool tx_bounded;
        bool rx_defer, rx_hold;
    } fault;
};

/* Binds `link` to `device`; both are borrowed for good. */
void ax_link_init(struct ax_link *link, struct ax_link_device *device);

struct ax_link_stats ax_link_stats(const struct ax_link *link);

/* A device made of two queues: what the application pushes is received, what
 * the stack sends can be pulled. For stacks without a wire: tests, proxies.
 * Storage is the caller's: `slots` slots of AX_FRAME_MAX bytes for each way. */
struct ax_queue_slot {
    uint16_t len;
    uint16_t next; /* of an rx slot: the next one in its list, by index */
    uint8_t bytes[AX_FRAME_MAX];
};

struct ax_queue_device {
    struct ax_link_device device; /* first */
    struct ax_queue_slot *rx, *tx;
    uint16_t slots;
    uint16_t rx_free, rx_oldest, rx_newest; /* heads and tail of its two lists */
    uint16_t tx_first, tx_count;
    bool down;
};

/* Prepares the device; `mac` is copied, the slots are borrowed for good. */
void ax_queue_device_init(struct ax_queue_device *queue, const uint8_t mac[AX_MAC_LEN],
                          struct ax_queue_slot *rx, struct ax_queue_slot *tx, uint16_t slots);

/* Puts a frame in, as if it came from the wire. Copied. AX_OK; AX_E_WOULD_BLOCK
 * when all slots are taken; AX_E_ARG for a length over AX_FRAME_MAX. */
int ax_queue_push(struct ax_queue_device *queue, const void *frame, size_t len);
bool ax_queue_can_push(const struct ax_queue_device *queue); /* a slot is free */

/* Takes the oldest frame the stack sent into `dst`. Returns its length;
 * AX_E_WOULD_BLOCK for none; AX_E_SMALL, and keeps it, when it does not fit. */
int ax_queue_pull(struct ax_queue_device *queue, void *dst, size_t size);

/* Plugs the cable in or out. */
void ax_queue_set_up(struct ax_queue_device *queue, bool up);

#endif
