/* SPDX-License-Identifier: BSD-3-Clause */
/* A held connection gets its socket: the control block changes hands, and the window,
 * 0 until now, opens to what the socket's ring takes. */
#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "net/stack_side.h"
#include "stack/parts.h"

static void pass_on(struct ax_tcp *place, struct ax_tcp *tcp)
{
    struct tcp_pcb *pcb = place->stack;

    place->stack = NULL;
    tcp->stack_seq = place->stack_seq;
    net_held_passed_on(place, tcp);
    stack_tcp_tie(tcp, pcb);
    stack_tcp_at_hand(tcp);
    tcp_recved(pcb, stack_tcp_wnd); /* all at once: lwIP tells it by itself */
}

/* It may have ended meanwhile, or the listener be closed; others may wait as well. */
void stack_tcp_pass_on(struct ax_tcp *asked)
{
    struct ax_tcp *tcp, *place;

    while (asked->listener && (place = net_held_first(asked->listener, &tcp)) != NULL)
        pass_on(place, tcp);
}
