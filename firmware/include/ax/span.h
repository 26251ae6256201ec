/* SPDX-License-Identifier: BSD-3-Clause */
/* Contiguous bytes inside somebody else's storage. */
#ifndef AX_SPAN_H
#define AX_SPAN_H

#include <stddef.h>
#include <stdint.h>

struct ax_span {
    uint8_t *at;
    size_t len;
};

#endif
