/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said on the console, in order, kept here until there is room for it.
 *
 * OUTPUT_RESERVE_BYTES always stay free for the end of the reply under way and
 * the prompt behind it, so that events and echo can never keep it from being said.
 */
#ifndef AX_SHELL_OUTPUT_H
#define AX_SHELL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <ax/config.h>
#include <ax/ring.h>

#include "shell/text.h"

enum { OUTPUT_RESERVE_BYTES = 2 * LINE_MAX_BYTES + 32 };

/* Fields are private. */
struct output {
    struct ax_ring queue;
    uint8_t storage[AX_SHELL_OUTPUT_BYTES];
};

void output_init(struct output *output);

/* Whether `len` bytes go in without touching the reserve, perhaps after writing
 * what the console takes. When they do not, its event will come. */
bool output_make_room(struct output *output, size_t len);

/* Queue bytes, or a line and its end. What they need has been asked for. */
void output_bytes(struct output *output, const char *bytes, size_t len);
void output_line(struct output *output, const struct text *line);

/* Writes what the console takes now; the rest waits for its event. */
void output_flush(struct output *output);

#endif
