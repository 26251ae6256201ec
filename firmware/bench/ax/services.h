/* SPDX-License-Identifier: BSD-3-Clause */
/* The applications: tasks over sockets. */
#ifndef BENCH_AX_SERVICES_H
#define BENCH_AX_SERVICES_H

#include "../stack.h"

void services_open(enum stack_service service, uint16_t port, unsigned connections);
void services_open_udp(uint16_t port);
uint32_t services_read_bytes(void);

#endif
