/* SPDX-License-Identifier: BSD-3-Clause */
/* What was asked: words, and what they mean as numbers, addresses and data.
 *
 * Each reading function returns AX_OK or one of enum shell_err, and then
 * `fault` names the word at fault.
 */
#ifndef AX_SHELL_REQUEST_H
#define AX_SHELL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/addr.h>

#include "shell/text.h"

/* The shell's own errors, beside enum ax_err. */
enum shell_err {
    SHELL_E_UNKNOWN_COMMAND = -64,
    SHELL_E_USAGE = -65,
    SHELL_E_BAD_NUMBER = -66,
    SHELL_E_BAD_ADDRESS = -67,
    SHELL_E_BAD_DATA = -68,
    SHELL_E_NO_SUCH = -69,
    SHELL_E_TOO_LONG = -70,

    /* Out of room, and each says in which table. */
    SHELL_E_FULL_ARENA = -71,
    SHELL_E_FULL_TASKS = -72,
    SHELL_E_FULL_TCP = -73,
    SHELL_E_FULL_UDP = -74,
    SHELL_E_FULL_LISTENERS = -75,
    SHELL_E_FULL_WATCHES = -76,
    SHELL_E_FULL_PUMPS = -77,
    SHELL_E_FULL_SERVERS = -78,
    SHELL_E_FULL_FUTURES = -79,
    SHELL_E_FULL_PLACES = -80, /* of a way's own table */
};

/* As ax_err_name(), for both kinds. */
const char *shell_err_name(int err);

/* The full table, as `profile` or `mem` calls it; NULL for an error that is about none. */
const char *shell_err_table(int err);

enum { REQUEST_WORDS = 12 };

struct request {
    bool of_program; /* has a number, and its reply is for a program */
    uint32_t number;
    unsigned count; /* words behind the number */
    const char *words[REQUEST_WORDS];
    const char *fault;             /* the word at fault, or NULL */
    char text[LINE_MAX_BYTES + 1]; /* what the words point into */
};

/* Reads a person's line, or a program's ("@N ..."). On an error `number` is 0
 * unless it could be read. */
int request_read(struct request *request, const char *line, bool of_program);

bool request_word_is(const struct request *request, unsigned index, const char *word);

/* Names a word as the one at fault; returns `err`. */
int request_refuse(struct request *request, unsigned index, int err);

/* Decimal or 0x hexadecimal, from `min` to `max`. */
int request_number(struct request *request, unsigned index, uint32_t min, uint32_t max,
                   uint32_t *value);
int request_address(struct request *request, unsigned index, uint32_t *addr);
int request_endpoint(struct request *request, unsigned index, struct ax_endpoint *endpoint);

/* If the word is KEY=..., true, and *err and *value are what the number behind
 * it came to; a value at fault names the whole word. */
bool request_key(struct request *request, unsigned index, const char *key, uint32_t max, int *err,
                 uint32_t *value);

/* SEED:OFFSET behind KEY=, as `check=7:0`. */
int request_check(struct request *request, unsigned index, uint32_t *seed, uint32_t *offset);

/* KEY=EP. */
bool request_key_endpoint(struct request *request, unsigned index, const char *key, int *err,
                          struct ax_endpoint *endpoint);

/* Bytes that a request brings: written out, or to be made from the pattern. */
struct data {
    uint32_t len;
    bool is_pattern;
    uint32_t seed, offset;
    uint8_t bytes[LINE_MAX_BYTES];
};

int request_data(struct request *request, unsigned index, uint32_t max_len, struct data *data);

/* Writes `len` bytes of the data, from its byte `from` on. */
void data_copy(const struct data *data, uint32_t from, uint8_t *dst, size_t len);

#endif
