/* SPDX-License-Identifier: BSD-3-Clause */
/* Names as they are written, before anybody is asked for them. */
#ifndef AX_STACK_DNS_NAME_H
#define AX_STACK_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long a name that a host can have is, in bytes and without a dot at its end; 0: no
 * host is called so. Reads no further than that takes. */
size_t dns_name_len(const char *name);

/* Whether it is an address instead: four numbers, in decimal and without zeros in front. */
bool dns_name_is_address(const char *name, uint32_t *addr);

#endif
