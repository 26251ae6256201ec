/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/line.h"

#include <string.h>

#define CTRL(letter) ((letter) - 'A' + 1)

enum { BELL = 7, BACKSPACE = 8, ESC = 27, DELETE = 127 };

static const char PROMPT[] = "> ";

static void echo(struct line *line, const char *bytes, size_t len)
{
    line->echo(line->context, bytes, len);
}

static void echo_string(struct line *line, const char *string)
{
    echo(line, string, strlen(string));
}

static void move_left(struct line *line, unsigned columns)
{
    char digits[3] = {
        (char)('0' + columns / 100),
        (char)('0' + columns / 10 % 10),
        (char)('0' + columns % 10),
    };

    echo_string(line, "\x1b[");
    echo(line, digits, sizeof digits);
    echo_string(line, "D");
}

void line_show(struct line *line)
{
    echo_string(line, PROMPT);
    if (line->kind == LINE_OF_PERSON) {
        echo(line, line->text, line->len);
        if (line->cursor < line->len)
            move_left(line, (unsigned)(line->len - line->cursor));
    }
    line->shown = true;
}

void line_hide(struct line *line)
{
    if (line->shown)
        echo_string(line, "\r\n");
    line->shown = false;
}

bool line_is_shown(const struct line *line) { return line->shown; }

static void redraw(struct line *line)
{
    if (line->shown)
        echo_string(line, "\r\x1b[K");
    line_show(line);
}

/* ---- editing */

static void put_at_fault(struct line *line, enum line_fault fault)
{
    line->fault = fault;
    line->fault_at = line->len;
}

static void insert(struct line *line, char byte)
{
    if (line->len == LINE_MAX_BYTES) {
        put_at_fault(line, LINE_TOO_LONG);
        echo_string(line, "\a");
        return;
    }
    memmove(line->text + line->cursor + 1, line->text + line->cursor,
            (size_t)(line->len - line->cursor));
    line->text[line->cursor++] = byte;
    line->len++;
    if (line->shown && line->cursor == line->len)
        echo(line, &byte, 1);
    else
        redraw(line);
}

static void erase(struct line *line, unsigned from, unsigned to)
{
    memmove(line->text + from, line->text + to, line->len - to);
    line->len = (uint16_t)(line->len - (to - from));
    line->cursor = (uint16_t)from;
    line->fault = LINE_GOOD;
    redraw(line);
}

static unsigned start_of_word(const struct line *line)
{
    unsigned at = line->cursor;

    while (at > 0 && line->text[at - 1] == ' ')
        at--;
    while (at > 0 && line->text[at - 1] != ' ')
        at--;
    return at;
}

static void move_to(struct line *line, unsigned cursor)
{
    line->cursor = (uint16_t)cursor;
    redraw(line);
}

static void erase_left(struct line *line)
{
    if (line->cursor > 0)
        erase(line, line->cursor - 1u, line->cursor);
}

static void erase_right(struct line *line)
{
    if (line->cursor < line->len)
        erase(line, line->cursor, line->cursor + 1u);
}

/* ---- history */

static void remember(struct line *line)
{
    if (line->len == 0 || line->len >= LINE_HISTORY_BYTES)
        return;
    line->history_newest = (uint8_t)((line->history_newest + 1) % LINE_HISTORY);
    memcpy(line->history[line->history_newest], line->text, line->len + 1u);
    if (line->history_count < LINE_HISTORY)
        line->history_count++;
}

static void recall(struct line *line, unsigned back)
{
    if (back > line->history_count) {
        echo_string(line, "\a");
        return;
    }
    line->history_back = (uint8_t)back;
    line->len = 0;
    if (back != 0) {
        unsigned index = (line->history_newest + LINE_HISTORY + 1u - back) % LINE_HISTORY;
        line->len = (uint16_t)strlen(line->history[index]);
        memcpy(line->text, line->history[index], line->len);
    }
    line->cursor = line->len;
    line->fault = LINE_GOOD;
    redraw(line);
}

static void recall_older(struct line *line) { recall(line, line->history_back + 1u); }

static void recall_newer(struct line *line)
{
    if (line->history_back > 0)
        recall(line, line->history_back - 1u);
}

/* ---- keys */

static void take_control(struct line *line, uint8_t byte)
{
    switch (byte) {
    case BACKSPACE:
    case DELETE: erase_left(line); break;
    case CTRL('A'): move_to(line, 0); break;
    case CTRL('E'): move_to(line, line->len); break;
    case CTRL('K'): erase(line, line->cursor, line->len); break;
    case CTRL('U'): erase(line, 0, line->cursor); break;
    case CTRL('W'): erase(line, start_of_word(line), line->cursor); break;
    case ESC: line->escape = ESCAPE; break;
    default: break;
    }
}

static void take_escape_code(struct line *line, uint8_t byte)
{
    if (byte >= '0' && byte <= '?') { /* parameters; one digit is all we know */
        line->escape_number = (uint8_t)(byte - '0');
        return;
    }
    line->escape = NO_ESCAPE;
    switch (byte) {
    case 'A': recall_older(line); break;
    case 'B': recall_newer(line); break;
    case 'C': move_to(line, line->cursor < line->len ? line->cursor + 1u : line->len); break;
    case 'D': move_to(line, line->cursor > 0 ? line->cursor - 1u : 0); break;
    case 'H': move_to(line, 0); break;
    case 'F': move_to(line, line->len); break;
    case '~':
        if (line->escape_number == 3)
            erase_right(line);
        break;
    default: break;
    }
}

/* What an escape sequence takes for itself; a control byte ends it. */
static bool take_escape(struct line *line, uint8_t byte)
{
    if (line->escape == NO_ESCAPE)
        return false;
    if (byte < ' ') {
        line->escape = NO_ESCAPE;
        return false;
    }
    if (line->escape == ESCAPE_CODE) {
        take_escape_code(line, byte);
        return true;
    }
    line->escape_number = 0;
    line->escape = byte == '[' || byte == 'O' ? ESCAPE_CODE : NO_ESCAPE;
    return true;
}

static void take_edited(struct line *line, uint8_t byte)
{
    if (take_escape(line, byte))
        return;
    if (byte < ' ' || byte == DELETE)
        take_control(line, byte);
    else if (byte < DELETE)
        insert(line, (char)byte);
}

static void take_raw(struct line *line, uint8_t byte)
{
    if (line->len == LINE_MAX_BYTES) {
        put_at_fault(line, LINE_TOO_LONG);
        return;
    }
    if ((byte < ' ' || byte >= DELETE) && line->fault == LINE_GOOD)
        put_at_fault(line, LINE_NOT_ASCII);
    line->text[line->len++] = (char)byte;
}

/* ---- what is at fault */

static bool is_shown_as_it_is(char byte) { return byte > ' ' && byte < DELETE; }

/* Four characters for a byte that has none of its own. */
static size_t show_byte(char byte, char shown[4])
{
    static const char digits[] = "0123456789abcdef";

    if (is_shown_as_it_is(byte)) {
        shown[0] = byte;
        return 1;
    }
    memcpy(shown, "\\x", 2);
    shown[2] = digits[(uint8_t)byte >> 4];
    shown[3] = digits[(uint8_t)byte & 15];
    return 4;
}

void line_fault_word(const struct line *line, char *word, size_t size)
{
    unsigned at = line->fault_at;
    size_t used = 0;

    while (at > 0 && at == line->len && line->text[at - 1] == ' ')
        at--; /* broken off between two words */
    while (at > 0 && line->text[at - 1] != ' ')
        at--;
    for (; at < line->len && line->text[at] != ' '; at++) {
        char shown[4];
        size_t len = show_byte(line->text[at], shown);
        if (len >= size - used)
            break;
        memcpy(word + used, shown, len);
        used += len;
    }
    word[used] = '\0';
}

/* ---- lines */

static void begin(struct line *line)
{
    line->kind = LINE_EMPTY;
    line->len = 0;
    line->cursor = 0;
    line->fault = LINE_GOOD;
    line->escape = NO_ESCAPE;
    line->history_back = 0;
}

static enum line_result finish(struct line *line)
{
    bool of_person = line->kind != LINE_OF_PROGRAM;

    line->text[line->len] = '\0';
    if (of_person) {
        if (!line->shown)
            line_show(line);
        line_hide(line);
        if (line->len == 0) {
            begin(line);
            line_show(line);
            return LINE_OPEN;
        }
        remember(line);
    }
    line->kind = LINE_ENDED;
    return of_person ? LINE_COMMAND : LINE_REQUEST;
}

/* The first byte of a line tells whose it is. */
static void choose_kind(struct line *line, uint8_t byte)
{
    if (byte == '@') {
        line_hide(line);
        line->kind = LINE_OF_PROGRAM;
        return;
    }
    line->kind = LINE_OF_PERSON;
    if (!line->shown)
        line_show(line);
}

enum line_result line_take(struct line *line, uint8_t byte)
{
    bool second_half_of_end = byte == '\n' && line->after_cr;

    line->after_cr = byte == '\r';
    if (second_half_of_end)
        return LINE_OPEN;
    if (line->kind == LINE_ENDED)
        begin(line);
    if (byte == '\r' || byte == '\n')
        return finish(line);
    if (line->kind == LINE_EMPTY)
        choose_kind(line, byte);
    if (line->kind == LINE_OF_PROGRAM)
        take_raw(line, byte);
    else
        take_edited(line, byte);
    return LINE_OPEN;
}
