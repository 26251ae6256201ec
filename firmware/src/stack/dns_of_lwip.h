/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's resolver, as it stands, compiled into the one file that includes this.
 *
 * Switched on in lwIP it would be in every image, with a tick a second for good. Here it
 * is in an image that asks for a name, and what it reaches for is given to it:
 *
 *   udp_sendto()      send_question(): from a socket of ours for each name, whose port
 *                     nobody can predict; lwIP's own few are left out with its choice
 *                     of ports and its search for others who ask the same
 *   a call at its end found(), and never a function of whoever asks
 *   its tick          each name's own deadline
 */
#ifndef AX_STACK_DNS_OF_LWIP_H
#define AX_STACK_DNS_OF_LWIP_H

#include <ax/config.h>
#include <ax/dns.h>

#include "lwip/opt.h"
#include "lwip/prot/dns.h"
#include "lwip/udp.h"

static err_t send_question(unsigned place, const struct pbuf *question, const ip_addr_t *server);

#undef LWIP_DNS
#undef LWIP_DNS_SECURE
#undef DNS_TABLE_SIZE
#undef DNS_MAX_SERVERS
#undef DNS_MAX_NAME_LENGTH
#define LWIP_DNS 1
#define LWIP_DNS_SECURE LWIP_DNS_SECURE_RAND_XID
#define DNS_TABLE_SIZE AX_DNS_NAMES
#define DNS_MAX_SERVERS AX_DNS_SERVERS
#define DNS_MAX_NAME_LENGTH (AX_DNS_NAME_MAX + 1)
#define DNS_MAX_TTL 604800
#define udp_sendto(pcb, question, server, port) send_question(idx, question, server)

#include "lwip/dns.h"

#include "lwip/../../core/dns.c"

#endif
