/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers, addresses and endpoints out of words. Each function reads at *at,
 * moves it behind what it read, and returns whether it could. */
#ifndef AX_SHELL_NUMBER_H
#define AX_SHELL_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/addr.h>

/* Decimal or 0x hexadecimal, up to 2^32 - 1. */
bool number_read(const char **at, uint32_t *value);

/* Decimal only, up to `max`. */
bool number_read_decimal(const char **at, uint32_t max, uint32_t *value);

/* a.b.c.d */
bool number_read_address(const char **at, uint32_t *addr);

/* a.b.c.d:port, *:port or * */
bool number_read_endpoint(const char **at, struct ax_endpoint *endpoint);

/* One given character. */
bool number_skip(const char **at, char byte);

/* The value of a hexadecimal digit, or -1. */
int number_of_digit(char digit);

#endif
