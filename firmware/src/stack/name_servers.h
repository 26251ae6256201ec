/* SPDX-License-Identifier: BSD-3-Clause */
/* What the DHCP client tells the resolver, so that an image has either without the other. */
#ifndef AX_STACK_NAME_SERVERS_H
#define AX_STACK_NAME_SERVERS_H

#include <ax/dhcp.h>

extern uint32_t stack_name_servers[AX_DHCP_NAME_SERVERS]; /* of the lease; 0: none */

#endif
