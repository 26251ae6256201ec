/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin and whoever reads along share; host/src/plumbline/trace/counts.py
 * knows the same layout. Numbers are the machine's own 64 bits. The plugin alone
 * writes, so a reader needs no lock: a log entry is whole once `ended` counts it,
 * and stays until TRACE_LOG more have ended.
 */
#ifndef TRACE_SHARED_H
#define TRACE_SHARED_H

#include <stdint.h>

#define TRACE_MAGIC UINT64_C(0x3145434152544c50) /* "PLTRACE1" */

enum { TRACE_LOG = 1 << 18, TRACE_INSN_MIN = 2 }; /* entries; bytes of the shortest instruction */

struct trace_shared {
    uint64_t magic;        /* set last: the rest can be read */
    uint64_t log_size;     /* TRACE_LOG */
    uint64_t instructions; /* that ran since start, without those skipped */
    uint64_t ended;        /* spans that ended since start */
    uint64_t ran_from;     /* the address of ran[0] */
    uint64_t ran_count;
    struct {
        uint64_t span, instructions;
    } log[TRACE_LOG]; /* of span n since start at n % TRACE_LOG */
    uint64_t ran[];   /* how often the instruction at each halfword ran */
};

#endif
