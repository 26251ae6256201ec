/* SPDX-License-Identifier: BSD-3-Clause */
/* The pattern: endless test data, a function of a seed and an offset, so that
 * megabytes are made and checked on the device (docs/bench-protocol.md). */
#ifndef AX_SHELL_PATTERN_H
#define AX_SHELL_PATTERN_H

#include <stddef.h>
#include <stdint.h>

uint8_t pattern_byte(uint32_t seed, uint32_t offset);

void pattern_fill(uint8_t *dst, size_t len, uint32_t seed, uint32_t offset);

/* Compares; returns how many bytes differ. When one does and *at is
 * UINT32_MAX, *at becomes the offset of the first in the pattern. */
uint32_t pattern_check(const uint8_t *src, size_t len, uint32_t seed, uint32_t offset,
                       uint32_t *at);

#endif
