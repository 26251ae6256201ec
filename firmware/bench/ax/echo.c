/* SPDX-License-Identifier: BSD-3-Clause */
/* The echo of the sockets themselves; styles/ has one for each way over them. */
#include "services.h"

void services_open_echo(uint16_t port) { services_open(STACK_ECHO, port, 1); }
