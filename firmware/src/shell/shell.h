/* SPDX-License-Identifier: BSD-3-Clause */
/* The shell's state, known to the files of this room. */
#ifndef AX_SHELL_STATE_H
#define AX_SHELL_STATE_H

#include <ax/dhcp_future.h>
#include <ax/dns_future.h>
#include <ax/exec.h>
#include <ax/listener.h>
#include <ax/serve.h>
#include <ax/shell.h>
#include <ax/stack_future.h>
#include <ax/tcp.h>
#include <ax/tcp_future.h>
#include <ax/tcp_info.h>
#include <ax/timer.h>
#include <ax/udp.h>
#include <ax/udp_future.h>

#include "shell/arena.h"
#include "shell/line.h"
#include "shell/output.h"
#include "shell/request.h"
#include "shell/text.h"

struct shell;
struct shell_proxy;
struct way;

struct shell_tcp {
    struct ax_tcp tcp;
    struct ax_tcp_meter meter;
    const struct way *way; /* that its calls go through */
    void *through;         /* the way's own, in the arena */
    uint8_t *rx, *tx;      /* in the arena */
    uint32_t rx_size, tx_size;
    bool open;
    bool destroyed;    /* and its handle is free once it is released */
    unsigned listener; /* the handle of the one it was lent to last, 0 for none */
};

struct shell_udp {
    struct ax_udp udp;
    const struct way *way;
    void *through;
    uint8_t *rx, *tx;                      /* in the arena */
    struct ax_packet *rx_slots, *tx_slots; /* likewise */
    uint32_t rx_size, tx_size;
    uint16_t rx_slot_count, tx_slot_count;
    struct ax_udp_options options;
    bool open;
    bool closed; /* and its handle is free once it is released */
};

struct shell_listener {
    struct ax_listener listener;
    struct ax_listener *of; /* that one, or the proxy's */
    struct ax_tcp *places;  /* in the arena; NULL: it holds none */
    uint32_t place_count;
    bool open;
    bool closed; /* and its handle is free once it is no longer borrowed */
};

/* For connections, or for datagrams. */
struct shell_server {
    struct ax_serve tcp;
    struct ax_udp_serve udp;
    void *peers, *rings; /* in the arena: sockets or slots, and the bytes of all rings */
    bool open;
    bool is_udp;
    bool stopped; /* and its handle is free once it is released */
};

enum { SHELL_WAYS = 6 }; /* at most */

/* What a watch or a pump is about: one of the two. */
struct shell_socket {
    struct shell_tcp *tcp;
    struct shell_udp *udp;
};

/* Who asks by a way (way.h): a task, and what it has under way, in the arena. */
struct way_asker {
    ax_tasks self;
    void *state;
};

struct shell_watch {
    struct ax_task task; /* first */
    struct shell *shell;
    struct way_asker asker;
    bool open;
    bool armed_once; /* it was polled before, so a poll means that it was woken */
    bool again;
    struct shell_socket socket;
    unsigned interest; /* enum ax_interest */
    uint32_t room;     /* writable means: a datagram of so many bytes would be taken */
    unsigned told;     /* with `again`: interests that held when last told, and still did */
    struct ax_timer deadline;
};

enum { FUTURE_PARTS = 4 }; /* of a select or a join, at most */

/* One operation; polled by its task while `running`, or by that of its owner. */
struct shell_future {
    struct ax_task task; /* first */
    struct shell *shell;
    bool open;
    bool running;
    bool held; /* by nobody yet: for a select or a join */
    bool has_deadline;
    uint32_t within_ms;
    bool receives;              /* what it took is in the block */
    bool of_dns;                /* its name is in the block */
    struct shell_socket socket; /* that it is about; neither: time, or others */
    struct shell_future *owner; /* the select or the join that it is a part of */
    struct ax_future *whole;    /* what is polled: the operation, or the deadline around it */
    struct ax_timeout within;
    union {
        struct ax_future future; /* of each of them */
        struct ax_tcp_future tcp;
        struct ax_udp_future udp;
        struct ax_sleep sleep;
        struct ax_stack_future stack;
        struct ax_dhcp_future dhcp;
        struct ax_dns_future dns;
        struct ax_select select;
        struct ax_join join;
    } of;
    struct ax_future *parts[FUTURE_PARTS];
    uint8_t *block; /* in the arena */
    uint32_t len;
};

/* What a pump does in one bounded poll. Returns PUMP_MORE when there is more to
 * do now, PUMP_WAITS when it has asked to be woken, or how it ended. */
enum pump_step { PUMP_MORE = 1, PUMP_WAITS = 2 };

struct shell_pump {
    struct ax_task task; /* first */
    struct shell *shell;
    struct way_asker asker;
    bool open; /* it has numbers to show, running or not */
    bool running;
    int (*step)(struct shell_pump *pump);
    struct shell_socket socket;
    uint8_t *block;            /* in the arena: what it sends next, or receives into */
    struct ax_endpoint remote; /* of a udp source, or of the datagram that an echo holds */
    bool holds;                /* an echo: a datagram of `next` bytes is to go back */
    uint32_t seed;
    uint32_t total;      /* bytes, or datagrams; 0 is no limit for a sink */
    uint32_t done;       /* of total */
    uint32_t next, last; /* lengths of a udp source's next and last datagram; of an echo, what is
                          * left of its chunk */
    uint32_t bytes, bad;
};

/* The end of a reply that lists: what there is at each index. */
enum list_step { LIST_LINE, LIST_SKIP, LIST_END };

struct shell {
    struct ax_task task; /* first */
    struct ax_shell_config config;
    struct output output;
    struct line line;
    uint8_t input[64]; /* read from the console and not yet taken */
    uint8_t input_at, input_len;
    enum line_result waiting; /* a whole line waits in `line` */

    struct request request; /* the one under way */
    struct text reply;
    int (*later)(struct shell *shell, struct text *reply); /* how it goes on; NULL: none is */
    struct {
        enum list_step (*line)(struct shell *shell, unsigned index, struct text *fields);
        int (*end)(struct shell *shell, struct text *reply);
        unsigned index;
    } list;
    uint32_t tx_frames_before; /* an advance of the clock began */
    uint32_t lost_events;
    uint32_t said;       /* lines since the ready event; one that is owed is in it */
    bool tells_of_cable; /* once it is as `wanted_cable` says */
    bool wanted_cable;

    uint16_t way_users[SHELL_WAYS]; /* sockets that are open through each */

    struct shell_proxy *proxy; /* in the arena; NULL: none was started */
    struct shell_reactor *reactor;
    struct shell_driver *driver;

    struct arena arena;
    struct shell_tcp *tcp;
    struct shell_udp *udp;
    struct shell_listener *listeners;
    struct shell_watch *watches;
    struct shell_pump *pumps;
    struct shell_server *servers;
    struct shell_future *futures;
};

#endif
