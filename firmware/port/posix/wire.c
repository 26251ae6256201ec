/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ax/port.h>

#include "../mac_filter.h"
#include "base/check.h"
#include "cable.h"
#include "end.h"
#include "rx_frames.h"

#ifndef POLLRDHUP
enum { POLLRDHUP = 0 };
#endif

/* A process has no interrupts: while frames keep coming, events on the other
 * descriptors would wait for the next sleep, which does not come. */
enum { FRAMES_BETWEEN_LOOKS = 256 };

static struct {
    struct ax_link_device device; /* first */
    struct wire_end end;
    bool found_empty; /* the next frame is news */
    bool found_full;  /* so is room to send */
    bool found_lent;  /* so is a frame given back */
    unsigned since_look;
} wire;

static _Noreturn void closed(const char *why)
{
    posix_end(POSIX_WIRE_CLOSED, "wire", "closed from outside", why);
}

static bool is_not_now(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == EINTR;
}

/* The length of the frame read into `frame`; 0 for none. A closed socket and an
 * empty message look alike here; wire_saw() knows the difference. */
static size_t read_frame(uint8_t *frame)
{
    ssize_t len;

    if (wire.end.is_socket) /* MSG_TRUNC: the true length, even of what is cut */
        len = recv(wire.end.fd, frame, RX_FRAME_SIZE, MSG_DONTWAIT | MSG_TRUNC);
    else
        len = read(wire.end.fd, frame, RX_FRAME_SIZE);
    if (len < 0 && !is_not_now(errno))
        closed(strerror(errno));
    if (len <= 0)
        return 0;
    return len < RX_FRAME_SIZE ? (size_t)len : RX_FRAME_SIZE;
}

static void look_around(void)
{
    if (++wire.since_look == FRAMES_BETWEEN_LOOKS)
        ax_port_sleep(0);
}

static void release(struct ax_link_device *device, struct ax_span frame)
{
    rx_frames_give(frame.at);
    if (wire.found_lent) {
        wire.found_lent = false;
        ax_event_signal(&device->activity);
    }
}

static int receive(struct ax_link_device *device, struct ax_span *frame)
{
    if (wire.end.fd < 0)
        return AX_E_WOULD_BLOCK;
    look_around();

    uint8_t *at = rx_frames_take();
    if (at == NULL) {
        wire.found_lent = true;
        return AX_E_WOULD_BLOCK;
    }
    size_t len = read_frame(at);
    if (len == 0) {
        rx_frames_give(at);
        wire.found_empty = true;
        return AX_E_WOULD_BLOCK;
    }
    rx_frames_cut(at, len);
    *frame = (struct ax_span){.at = at, .len = len};
    if (!mac_filter_passes(device->mac, *frame)) {
        release(device, *frame);
        ax_event_signal(&device->activity); /* there may be more */
        return AX_E_WOULD_BLOCK;
    }
    return AX_OK;
}

static size_t gather(uint8_t frame[AX_FRAME_MAX], const struct ax_span *pieces, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        AX_CHECK(pieces[i].len <= AX_FRAME_MAX - len);
        if (pieces[i].len > 0)
            memcpy(frame + len, pieces[i].at, pieces[i].len);
        len += pieces[i].len;
    }
    return len;
}

static ssize_t write_frame(const uint8_t *frame, size_t len)
{
    if (wire.end.is_socket)
        return send(wire.end.fd, frame, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    return write(wire.end.fd, frame, len);
}

/* A TAP that is not up. */
static bool is_unheard(int error) { return !wire.end.is_socket && error == EIO; }

/* Gathered by copying: a frame may have more pieces than the system takes. */
static int send_frame(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    uint8_t frame[AX_FRAME_MAX];
    size_t len = gather(frame, pieces, count);

    (void)device;
    if (wire.end.fd < 0 || write_frame(frame, len) >= 0 || is_unheard(errno))
        return AX_OK;
    if (!is_not_now(errno))
        closed(strerror(errno));
    wire.found_full = true;
    return AX_E_WOULD_BLOCK;
}

static bool is_up(struct ax_link_device *device)
{
    (void)device;
    return cable_is_in();
}

struct ax_link_device *wire_init(struct wire_end end)
{
    static const struct ax_link_ops ops = {
        .receive = receive,
        .release = release,
        .send = send_frame,
        .is_up = is_up,
    };

    wire.device = (struct ax_link_device){
        .ops = &ops,
        .mac = {0x02, 0x00, 0x00, 0x00, 0x00, 0x02},
        .rx_frames = RX_FRAMES,
    };
    wire.end = end;
    wire.found_empty = true;
    rx_frames_init();
    return &wire.device;
}

/* Asks even for nothing: poll(2) then still tells that the wire was closed. */
struct pollfd wire_wants(void)
{
    short events = POLLRDHUP;

    if (wire.found_empty)
        events |= POLLIN;
    if (wire.found_full)
        events |= POLLOUT;
    return (struct pollfd){.fd = wire.end.fd, .events = events};
}

void wire_saw(short events)
{
    wire.since_look = 0;
    if (events & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL))
        closed(NULL);
    if (events & POLLIN)
        wire.found_empty = false;
    if (events & POLLOUT)
        wire.found_full = false;
    if (events != 0)
        ax_event_signal(&wire.device.activity);
}
