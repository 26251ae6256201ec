/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is meant: an IPv4 address and a port, both in host byte order.
 * 192.0.2.1 is 0xc0000201. Address 0 is "any", port 0 is "choose one". */
#ifndef AX_ADDR_H
#define AX_ADDR_H

#include <stdint.h>

struct ax_endpoint {
    uint32_t addr;
    uint16_t port;
};

#endif
