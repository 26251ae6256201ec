/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts guest instructions between trace points, and notes which ones ran.
 *
 *   -plugin insn.so,out=FILE[,span=BEGIN-END]...[,skip=FROM-TO]...[,ran=FROM-TO[,within=N]...]
 *
 *   out     the file that becomes the shared memory (shared.h); it exists
 *   span    from the instruction at BEGIN on, up to and without the one at END.
 *           Spans are numbered in this order; they may overlap. BEGIN again
 *           before END starts anew, END without BEGIN is nothing.
 *   skip    what runs in FROM <= address < TO is in no span: interrupts
 *   ran     counts each instruction there; `within`: only inside all those spans
 *
 * Exact as long as QEMU runs without -icount, which translates and runs blocks
 * again at device accesses.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin_api.h"
#include "shared.h"

enum { SPANS_MAX = 16, SKIPS_MAX = 8 };

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API;

struct range {
    uint64_t from, to;
};

static struct trace_shared *shared;

/* Where it is said to count, and how far it has come. */
static struct span {
    struct range points;
    uint64_t began;
} spans[SPANS_MAX];
static struct range skips[SKIPS_MAX], ran;
static int span_count, skip_count;
static unsigned open_spans, within; /* a bit for each span */

static bool is_in(const struct range *range, uint64_t at)
{
    return range->from <= at && at < range->to;
}

static bool is_skipped(uint64_t at)
{
    for (int i = 0; i < skip_count; i++)
        if (is_in(&skips[i], at))
            return true;
    return false;
}

static unsigned bit(const struct span *span) { return 1u << (span - spans); }

static void begin(unsigned vcpu, void *userdata)
{
    struct span *span = userdata;

    (void)vcpu;
    open_spans |= bit(span);
    span->began = shared->instructions;
}

static void end(unsigned vcpu, void *userdata)
{
    struct span *span = userdata;
    uint64_t at = shared->ended % TRACE_LOG;

    (void)vcpu;
    if ((open_spans & bit(span)) == 0)
        return;
    open_spans &= ~bit(span);
    shared->log[at].span = (uint64_t)(span - spans);
    shared->log[at].instructions = shared->instructions - span->began;
    __atomic_store_n(&shared->ended, shared->ended + 1, __ATOMIC_RELEASE);
}

static void note_within(unsigned vcpu, void *userdata)
{
    (void)vcpu;
    if ((open_spans & within) == within)
        ++*(uint64_t *)userdata;
}

/* QEMU runs the callbacks of an instruction before it counts it, so the one at
 * BEGIN is in the span and the one at END is not. Of two spans that meet in one
 * address the first is ended before the other begins. */
static void watch_points(struct qemu_plugin_insn *insn, uint64_t at)
{
    for (int i = 0; i < span_count; i++)
        if (at == spans[i].points.to)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, end, QEMU_PLUGIN_CB_NO_REGS, &spans[i]);
    for (int i = 0; i < span_count; i++)
        if (at == spans[i].points.from)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, QEMU_PLUGIN_CB_NO_REGS, &spans[i]);
}

static void watch(struct qemu_plugin_insn *insn)
{
    uint64_t at = qemu_plugin_insn_vaddr(insn);

    watch_points(insn, at);
    if (is_skipped(at))
        return;
    qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
                                               &shared->instructions, 1);
    if (!is_in(&ran, at))
        return;
    uint64_t *counter = &shared->ran[(at - ran.from) / TRACE_INSN_MIN];
    if (within == 0)
        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, counter, 1);
    else
        qemu_plugin_register_vcpu_insn_exec_cb(insn, note_within, QEMU_PLUGIN_CB_NO_REGS, counter);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    size_t count = qemu_plugin_tb_n_insns(block);

    (void)id;
    for (size_t i = 0; i < count; i++)
        watch(qemu_plugin_tb_get_insn(block, i));
}

/* ---- arguments */

static bool read_range(const char *text, struct range *range)
{
    char *rest;

    range->from = strtoull(text, &rest, 0);
    if (rest == text || *rest != '-')
        return false;
    text = rest + 1;
    range->to = strtoull(text, &rest, 0);
    return rest != text && *rest == '\0';
}

static bool read_span(const char *text)
{
    return span_count < SPANS_MAX && read_range(text, &spans[span_count++].points);
}

static bool read_skip(const char *text)
{
    return skip_count < SKIPS_MAX && read_range(text, &skips[skip_count++]);
}

static bool read_ran(const char *text) { return read_range(text, &ran) && ran.from < ran.to; }

static bool read_within(const char *text)
{
    char *rest;
    long number = strtol(text, &rest, 10);

    if (rest == text || *rest != '\0' || number < 0 || number >= span_count)
        return false;
    within |= bit(&spans[number]);
    return true;
}

static const char *out;

static bool read_out(const char *text)
{
    out = text;
    return true;
}

static bool read_argument(const char *argument)
{
    static const struct {
        const char *name;
        bool (*read)(const char *);
    } known[] = {{"out=", read_out},
                 {"span=", read_span},
                 {"skip=", read_skip},
                 {"ran=", read_ran},
                 {"within=", read_within}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(argument, known[i].name, strlen(known[i].name)) == 0)
            return known[i].read(argument + strlen(known[i].name));
    return false;
}

static bool share(void)
{
    size_t counters = (ran.to - ran.from + TRACE_INSN_MIN - 1) / TRACE_INSN_MIN;
    size_t size = sizeof *shared + counters * sizeof *shared->ran;
    int file = out ? open(out, O_RDWR) : -1;

    if (file < 0 || ftruncate(file, (off_t)size) != 0)
        return false;
    shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    (void)close(file);
    return shared != MAP_FAILED;
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                      char **argv)
{
    if (!info->system_emulation || info->system.max_vcpus > 1) {
        fprintf(stderr, "insn: counts one processor of a whole system\n");
        return -1;
    }
    for (int i = 0; i < argc; i++)
        if (!read_argument(argv[i])) {
            fprintf(stderr, "insn: what is %s?\n", argv[i]);
            return -1;
        }
    if (!share()) {
        fprintf(stderr, "insn: cannot share out=%s\n", out ? out : "");
        return -1;
    }
    shared->log_size = TRACE_LOG;
    shared->ran_from = ran.from;
    shared->ran_count = (ran.to - ran.from + TRACE_INSN_MIN - 1) / TRACE_INSN_MIN;
    __atomic_store_n(&shared->magic, TRACE_MAGIC, __ATOMIC_RELEASE);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
