/* SPDX-License-Identifier: BSD-3-Clause */
/* The shell's side of docs/bench-protocol.md, as a judge: what was typed says
 * which replies must come, in which order; what was said must be whole lines of
 * the grammar. Fails the test that asks. */
#ifndef SHELL_GRAMMAR_H
#define SHELL_GRAMMAR_H

#include <stddef.h>

/* Notes the requests in what is typed next. */
void grammar_typed(const char *bytes, size_t len);

/* Judges what was said. All that was typed must have been answered by its end. */
void grammar_judge(const char *bytes, size_t len);

/* The end of the reply that came last, without its number. */
const char *grammar_last_reply(void);

#endif
