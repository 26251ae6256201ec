/* SPDX-License-Identifier: BSD-3-Clause */
/* The applications: tasks over sockets. */
#ifndef BENCH_AX_SERVICES_H
#define BENCH_AX_SERVICES_H

#include <ax/listener.h>

#include "../stack.h"

void services_open(enum stack_service service, uint16_t port, unsigned connections);
void services_open_udp(uint16_t port);
uint32_t services_read_bytes(void);

/* One echo, in the style that the image is about. */
void services_open_echo(uint16_t port);

/* What a style's echo begins with: a listener there, if any, and a socket with a window's
 * worth of bytes each way. */
void services_prepare(struct ax_listener *listener, uint16_t port, struct ax_tcp *tcp);

/* Ends the bench where there is no room. */
void services_need(bool there);

#endif
