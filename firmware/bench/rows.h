/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of the table. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

/* What one operation is stands in fixtures/cost.toml, beside its goal. */
struct row {
    const char *name;
    void (*run)(const struct row *row);
    unsigned size; /* bytes, or sockets */
};

extern const struct row rows[];
extern const unsigned row_count;

/* Opens the services; once. */
void rows_start(void);

/* Says "row NAME OPERATIONS STEPS FRAMES-IN FRAMES-OUT". */
void row_say(const struct row *row, unsigned operations, unsigned steps);

#endif
