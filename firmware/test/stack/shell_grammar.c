/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell_grammar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_MAX_BYTES = 500, WAITING_MAX = 1024, SAID_MAX = 1 << 20 };

/* ---- what was typed */

static struct {
    char text[LINE_MAX_BYTES + 1];
    size_t len;
    bool too_long, not_ascii, after_cr;
} typed;

static uint32_t due[WAITING_MAX]; /* numbers of requests not yet answered */
static size_t due_count;

/* The number that the answer must carry. */
static uint32_t number_of_typed(void)
{
    char *end;
    unsigned long long number;

    typed.text[typed.len] = '\0';
    if (typed.too_long || typed.not_ascii || typed.text[1] < '0' || typed.text[1] > '9')
        return 0;
    number = strtoull(
        typed.text + 1, &end,
        strncmp(typed.text + 1, "0x", 2) == 0 || strncmp(typed.text + 1, "0X", 2) == 0 ? 16 : 10);
    if (*end != ' ' && *end != '\0')
        return 0;
    return number <= UINT32_MAX ? (uint32_t)number : 0;
}

static void end_typed(void)
{
    if (typed.len != 0 && typed.text[0] == '@') {
        assert_true(due_count < WAITING_MAX);
        due[due_count++] = number_of_typed();
    }
    typed.len = 0;
    typed.too_long = typed.not_ascii = false;
}

static void take_typed(char byte)
{
    bool second_half_of_end = byte == '\n' && typed.after_cr;

    typed.after_cr = byte == '\r';
    if (second_half_of_end)
        return;
    if (byte == '\r' || byte == '\n') {
        end_typed();
        return;
    }
    if (typed.len == LINE_MAX_BYTES) {
        typed.too_long = true;
        return;
    }
    typed.not_ascii |= byte < ' ' || byte > '~';
    typed.text[typed.len++] = byte;
}

void grammar_typed(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        take_typed(bytes[i]);
}

/* ---- what was said */

static char last_reply[LINE_MAX_BYTES + 1];

const char *grammar_last_reply(void) { return last_reply; }

static void refuse(const char *line, const char *why)
{
    fail_msg("%s: '%s' (due: %u of %u requests)", why, line, due_count ? (unsigned)due[0] : 0,
             (unsigned)due_count);
}

/* key=value ..., each apart by one space. */
static bool is_fields(const char *at)
{
    while (*at != '\0') {
        size_t key = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
        if (key == 0 || at[key] != '=')
            return false;
        at += key + 1;
        at += strcspn(at, " ");
        if (*at == ' ' && *++at == '\0')
            return false;
    }
    return true;
}

static bool begins(const char **at, const char *word)
{
    size_t len = strlen(word);

    if (strncmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool is_error(const char *at)
{
    static const char *const names[] = {
        "arg",          "state",
        "would-block",  "too-large",
        "small",        "eof",
        "in-use",       "memory",
        "unreachable",  "timeout",
        "closed",       "reset",
        "refused",      "connect-timeout",
        "user-timeout", "retransmissions",
        "keepalive",    "address-lost",
        "evicted",      "aborted",
        "reaped",       "idle",
        "usage",        "bad-number",
        "bad-address",  "bad-data",
        "no-such",      "too-long",
        "out-of-room",  "unknown-command",
    };
    size_t len = strcspn(at, " ");

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == len && memcmp(names[i], at, len) == 0)
            return true;
    return false;
}

static void judge_end(const char *line, const char *at)
{
    bool good;

    (void)snprintf(last_reply, sizeof last_reply, "%s", at);
    if (begins(&at, "ok"))
        good = *at == '\0' || (*at == ' ' && is_fields(at + 1));
    else
        good = begins(&at, "err ") && is_error(at);
    if (!good)
        refuse(line, "no end of a reply");
    memmove(due, due + 1, --due_count * sizeof due[0]);
}

static void judge_reply(const char *line)
{
    char *at;
    unsigned long number = strtoul(line + 1, &at, 10);

    if (due_count == 0 || number != due[0])
        refuse(line, "nobody asked");
    if (strncmp(at, "= ", 2) == 0)
        judge_end(line, at + 2);
    else if (strncmp(at, ": ", 2) != 0 || !is_fields(at + 2))
        refuse(line, "no line of a reply");
}

static void judge_event(const char *line)
{
    static const char *const kinds[] = {"ready ",    "callback ", "future ",     "wake ",
                                        "spurious ", "deadline ", "done ",       "released ",
                                        "lost ",     "driver ",   "completion ", "cable "};
    const char *at = line + 1 + strspn(line + 1, "0123456789");

    if (at == line + 1 || *at++ != ' ')
        refuse(line, "an event without a time");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (begins(&at, kinds[i])) {
            if (!is_fields(at))
                refuse(line, "an event with odd fields");
            return;
        }
    refuse(line, "an event of no kind");
}

/* Lines for people are theirs to judge. */
static void judge_line(const char *line, size_t len)
{
    if (line[0] != '@' && line[0] != '!' && line[0] != '#')
        return;
    if (len > LINE_MAX_BYTES - 2)
        refuse(line, "too long");
    for (size_t i = 0; i < len; i++)
        if (line[i] < ' ' || line[i] > '~')
            refuse(line, "not ASCII");
    if (line[0] == '@')
        judge_reply(line);
    else if (line[0] == '!')
        judge_event(line);
}

void grammar_judge(const char *bytes, size_t len)
{
    static char said[SAID_MAX]; /* perhaps without its end yet: a person's line */
    static size_t said_len;
    char *start = said, *end;

    assert_true(len < sizeof said - said_len);
    memcpy(said + said_len, bytes, len);
    said_len += len;
    said[said_len] = '\0';
    while ((end = strstr(start, "\r\n")) != NULL) {
        *end = '\0';
        judge_line(start, (size_t)(end - start));
        start = end + 2;
    }
    said_len -= (size_t)(start - said);
    memmove(said, start, said_len);
    if (due_count != 0)
        refuse(said, "a request was not answered");
}
