/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/request.h"

#include <string.h>

#include <ax/err.h>

#include "shell/number.h"
#include "shell/pattern.h"

const char *shell_err_name(int err)
{
    switch (err) {
    case SHELL_E_UNKNOWN_COMMAND: return "unknown-command";
    case SHELL_E_USAGE: return "usage";
    case SHELL_E_BAD_NUMBER: return "bad-number";
    case SHELL_E_BAD_ADDRESS: return "bad-address";
    case SHELL_E_BAD_DATA: return "bad-data";
    case SHELL_E_NO_SUCH: return "no-such";
    case SHELL_E_TOO_LONG: return "too-long";
    default: return shell_err_table(err) ? "out-of-room" : ax_err_name(err);
    }
}

const char *shell_err_table(int err)
{
    switch (err) {
    case SHELL_E_FULL_ARENA: return "arena_bytes";
    case SHELL_E_FULL_TASKS: return "tasks";
    case SHELL_E_FULL_TCP: return "tcp_sockets";
    case SHELL_E_FULL_UDP: return "udp_sockets";
    case SHELL_E_FULL_LISTENERS: return "listeners";
    case SHELL_E_FULL_WATCHES: return "watches";
    case SHELL_E_FULL_PUMPS: return "pumps";
    case SHELL_E_FULL_SERVERS: return "servers";
    case SHELL_E_FULL_FUTURES: return "futures";
    case SHELL_E_FULL_PLACES: return "places";
    default: return NULL;
    }
}

/* Ends the word at `at` in place; returns where the next one begins. */
static char *end_word(char *at)
{
    while (*at != '\0' && *at != ' ')
        at++;
    while (*at == ' ')
        *at++ = '\0';
    return at;
}

static int split(struct request *request, char *at)
{
    request->count = 0;
    while (*at == ' ')
        at++;
    while (*at != '\0') {
        char *word = at;
        at = end_word(at);
        if (request->count == REQUEST_WORDS) {
            request->fault = word;
            return SHELL_E_USAGE;
        }
        request->words[request->count++] = word;
    }
    return AX_OK;
}

/* "@N", at the start of a program's line. */
static int read_request_number(struct request *request, char **at)
{
    const char *digits = *at + 1;

    *at = end_word(*at);
    request->fault = request->text;
    if (!number_read(&digits, &request->number) || *digits != '\0' || request->number == 0) {
        request->number = 0;
        return SHELL_E_BAD_NUMBER;
    }
    request->fault = NULL;
    return AX_OK;
}

int request_read(struct request *request, const char *line, bool of_program)
{
    char *at = request->text;
    size_t len = strlen(line);

    *request = (struct request){.of_program = of_program};
    memcpy(request->text, line, len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES);
    if (of_program) {
        int err = read_request_number(request, &at);
        if (err < 0)
            return err;
    }
    return split(request, at);
}

bool request_word_is(const struct request *request, unsigned index, const char *word)
{
    return index < request->count && strcmp(request->words[index], word) == 0;
}

int request_refuse(struct request *request, unsigned index, int err)
{
    request->fault = index < request->count ? request->words[index] : NULL;
    return err;
}

int request_number(struct request *request, unsigned index, uint32_t min, uint32_t max,
                   uint32_t *value)
{
    const char *at = request->words[index];

    if (!number_read(&at, value) || *at != '\0' || *value < min || *value > max)
        return request_refuse(request, index, SHELL_E_BAD_NUMBER);
    return AX_OK;
}

int request_address(struct request *request, unsigned index, uint32_t *addr)
{
    const char *at = request->words[index];

    if (!number_read_address(&at, addr) || *at != '\0')
        return request_refuse(request, index, SHELL_E_BAD_ADDRESS);
    return AX_OK;
}

static int read_endpoint(struct request *request, unsigned index, const char *at,
                         struct ax_endpoint *endpoint)
{
    if (!number_read_endpoint(&at, endpoint) || *at != '\0')
        return request_refuse(request, index, SHELL_E_BAD_ADDRESS);
    return AX_OK;
}

int request_endpoint(struct request *request, unsigned index, struct ax_endpoint *endpoint)
{
    return read_endpoint(request, index, request->words[index], endpoint);
}

/* What stands behind "KEY=" in a word, or NULL. */
static const char *value_of(const struct request *request, unsigned index, const char *key)
{
    const char *word = request->words[index];
    size_t len = strlen(key);

    return strncmp(word, key, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

bool request_key(struct request *request, unsigned index, const char *key, uint32_t max, int *err,
                 uint32_t *value)
{
    const char *at = value_of(request, index, key);

    if (!at)
        return false;
    *err = AX_OK;
    if (!number_read(&at, value) || *at != '\0' || *value > max)
        *err = request_refuse(request, index, SHELL_E_BAD_NUMBER);
    return true;
}

bool request_key_endpoint(struct request *request, unsigned index, const char *key, int *err,
                          struct ax_endpoint *endpoint)
{
    const char *at = value_of(request, index, key);

    if (!at)
        return false;
    *err = read_endpoint(request, index, at, endpoint);
    return true;
}

int request_check(struct request *request, unsigned index, uint32_t *seed, uint32_t *offset)
{
    const char *at = value_of(request, index, "check");

    if (!at)
        return request_refuse(request, index, SHELL_E_USAGE);
    if (!number_read(&at, seed) || !number_skip(&at, ':') || !number_read(&at, offset) ||
        *at != '\0')
        return request_refuse(request, index, SHELL_E_BAD_NUMBER);
    return AX_OK;
}

/* ---- data */

static bool read_hex(const char *at, struct data *data)
{
    for (; at[0] != '\0'; at += 2) {
        int high = number_of_digit(at[0]);
        int low = number_of_digit(at[1]); /* at most the zero behind the word */
        if (high < 0 || low < 0)
            return false;
        data->bytes[data->len++] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_text(const char *at, struct data *data)
{
    data->len = (uint32_t)strlen(at);
    memcpy(data->bytes, at, data->len);
    return true;
}

static bool read_pattern(const char *at, struct data *data)
{
    data->is_pattern = true;
    return number_read(&at, &data->seed) && number_skip(&at, ':') &&
           number_read(&at, &data->offset) && number_skip(&at, ':') &&
           number_read(&at, &data->len) && *at == '\0';
}

int request_data(struct request *request, unsigned index, uint32_t max_len, struct data *data)
{
    static const struct {
        const char *prefix;
        bool (*read)(const char *at, struct data *data);
    } forms[] = {{"hex:", read_hex}, {"text:", read_text}, {"pattern:", read_pattern}};
    const char *word = request->words[index];

    data->len = 0;
    data->is_pattern = false;
    for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t len = strlen(forms[i].prefix);
        if (strncmp(word, forms[i].prefix, len) != 0)
            continue;
        if (forms[i].read(word + len, data) && data->len <= max_len)
            return AX_OK;
        break;
    }
    return request_refuse(request, index, SHELL_E_BAD_DATA);
}

void data_copy(const struct data *data, uint32_t from, uint8_t *dst, size_t len)
{
    if (data->is_pattern)
        pattern_fill(dst, len, data->seed, data->offset + from);
    else if (len != 0)
        memcpy(dst, data->bytes + from, len);
}
