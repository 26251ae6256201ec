/* SPDX-License-Identifier: BSD-3-Clause */
/* One line from bytes: edited and echoed for a person, silent for a program.
 *
 * A line that begins with '@' is a request: its bytes are kept as they are. All
 * other lines are a person's; the first byte of one brings the prompt. Pure:
 * bytes in, bytes out through `echo`.
 *
 * Keys: backspace, delete, arrows, home, end, ^A ^E (ends), ^U ^K (kill to the
 * start, to the end), ^W (kill a word).
 */
#ifndef AX_SHELL_LINE_H
#define AX_SHELL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/text.h"

enum {
    LINE_HISTORY = 8,
    LINE_HISTORY_BYTES = 128,                  /* longer lines are not remembered */
    LINE_ECHO_MAX_BYTES = LINE_MAX_BYTES + 16, /* what one call writes at most */
};

enum line_result { LINE_OPEN, LINE_COMMAND, LINE_REQUEST };

enum line_fault { LINE_GOOD, LINE_TOO_LONG, LINE_NOT_ASCII };

/* Set `echo` and `context`; all else zero is an empty line. */
struct line {
    void (*echo)(void *context, const char *bytes, size_t len);
    void *context;

    /* The line, with a zero behind it, once it is a command or a request; until
     * the next byte is taken. A line at fault is to be refused, and may hold zeros. */
    char text[LINE_MAX_BYTES + 1];
    enum line_fault fault;

    /* Private. */
    uint16_t len, cursor; /* cursor at most len */
    uint16_t fault_at;    /* the byte at fault, at most len */
    enum { LINE_EMPTY, LINE_OF_PERSON, LINE_OF_PROGRAM, LINE_ENDED } kind;
    enum { NO_ESCAPE, ESCAPE, ESCAPE_CODE } escape;
    uint8_t escape_number;
    bool shown; /* the prompt stands on the terminal */
    bool after_cr;
    uint8_t history_newest, history_count;
    uint8_t history_back; /* how far back the line shown is, 0: none of them */
    char history[LINE_HISTORY][LINE_HISTORY_BYTES];
};

/* Takes one byte. */
enum line_result line_take(struct line *line, uint8_t byte);

/* Writes the word at fault of a line at fault, and a zero: in a line too long the
 * last one that was begun. What cannot be shown becomes \xHH, what does not fit is
 * left out. */
void line_fault_word(const struct line *line, char *word, size_t size);

/* Ends what stands on the terminal with CR LF, so that a whole line can be
 * written; and writes prompt and line anew. */
void line_hide(struct line *line);
void line_show(struct line *line);

/* Whether a person's prompt stands on the terminal. */
bool line_is_shown(const struct line *line);

#endif
