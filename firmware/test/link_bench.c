/* SPDX-License-Identifier: BSD-3-Clause */
#include "link_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "exec/exec_reset.h"
#include "fake_port.h"

const uint8_t bench_mac[AX_MAC_LEN] = {2, 0, 0, 0, 0, 2};
const uint8_t bench_peer_mac[AX_MAC_LEN] = {2, 0, 0, 0, 0, 1};
struct ax_queue_device bench_device;
struct ax_link bench_link;
struct ax_task bench_net;
uint8_t bench_seen[256];
unsigned bench_seen_count;
bool bench_keeps;
struct ax_span bench_kept[BENCH_SLOTS];

enum { FRAMES_PER_POLL = 4 };

static struct ax_queue_slot rx[BENCH_SLOTS], tx[BENCH_SLOTS];

static void take(struct ax_span frame)
{
    bench_kept[bench_seen_count % BENCH_SLOTS] = frame;
    bench_seen[bench_seen_count++ % sizeof bench_seen] = frame.at[frame.len - 1];
    if (!bench_keeps)
        link_release(&bench_link, frame);
}

static enum ax_poll poll_net(struct ax_task *task)
{
    struct ax_span frame;
    unsigned frames = 0;

    link_wait(&bench_link, task->self);
    (void)link_intake(&bench_link, FRAMES_PER_POLL);
    while (!bench_link.by_hand && link_next(&bench_link, &frame) == AX_OK) {
        take(frame);
        frames++;
    }
    link_note_poll(&bench_link, frames);
    if (link_has_more(&bench_link))
        ax_wake(task->self);
    return AX_PENDING;
}

void bench_start(uint16_t slots)
{
    exec_reset();
    fake_port_init();
    ax_queue_device_init(&bench_device, bench_mac, rx, tx, slots);
    ax_link_init(&bench_link, &bench_device.device);
    bench_seen_count = 0;
    bench_keeps = false;
    bench_net = (struct ax_task){.poll = poll_net, .name = "net"};
    assert_int_equal(ax_task_start(&bench_net), AX_OK);
    bench_run_to_idle();
}

void bench_run_to_idle(void)
{
    for (int rounds = 0; ax_run_once(); rounds++)
        assert_true(rounds < 10000); /* something spins */
}

static void fill(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint16_t type)
{
    memcpy(frame, to, AX_MAC_LEN);
    memcpy(frame + AX_MAC_LEN, from, AX_MAC_LEN);
    frame[12] = (uint8_t)(type >> 8);
    frame[13] = (uint8_t)type;
}

void bench_push(uint8_t tag)
{
    uint8_t frame[BENCH_FRAME_LEN] = {0};

    fill(frame, bench_mac, bench_peer_mac, 0x0800);
    frame[BENCH_FRAME_LEN - 1] = tag;
    assert_int_equal(ax_queue_push(&bench_device, frame, sizeof frame), AX_OK);
}

void bench_push_len(size_t len)
{
    static const uint8_t zeros[AX_FRAME_MAX];

    assert_int_equal(ax_queue_push(&bench_device, zeros, len), AX_OK);
}

void bench_push_fence(uint32_t number)
{
    uint8_t frame[BENCH_FRAME_LEN] = {0};

    fill(frame, bench_mac, bench_peer_mac, 0x88b5);
    memcpy(frame + AX_FRAME_MIN, "PL\x01\x01", 4);
    for (int i = 0; i < 4; i++)
        frame[AX_FRAME_MIN + 4 + i] = (uint8_t)(number >> (24 - 8 * i));
    assert_int_equal(ax_queue_push(&bench_device, frame, sizeof frame), AX_OK);
}

int bench_send(uint8_t tag)
{
    uint8_t head[AX_FRAME_MIN], body[] = {0, tag};
    const struct ax_span pieces[] = {{head, sizeof head}, {NULL, 0}, {body, sizeof body}};

    fill(head, bench_peer_mac, bench_mac, 0x0800);
    return link_send(&bench_link, pieces, 3);
}

int bench_pull(uint8_t answer[AX_FRAME_MAX])
{
    uint8_t frame[AX_FRAME_MAX];
    int len = ax_queue_pull(&bench_device, frame, sizeof frame);

    if (len == AX_E_WOULD_BLOCK)
        return -1;
    assert_true(len >= AX_FRAME_MIN + 2);
    if (answer)
        memcpy(answer, frame, (size_t)len);
    if (frame[12] != 0x88)
        return frame[len - 1];
    return BENCH_FENCE + frame[AX_FRAME_MIN + 7];
}

uint32_t bench_number_at(const uint8_t *answer, unsigned offset)
{
    const uint8_t *at = answer + AX_FRAME_MIN + offset;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}
