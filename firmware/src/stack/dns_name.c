/* SPDX-License-Identifier: BSD-3-Clause */
#include "stack/dns_name.h"

#include <ax/dns.h>

enum { LABEL_MAX = 63, PARTS = 4, PART_MAX = 255 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool is_of_a_label(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

/* How long the label is; 0: it is none. */
static size_t label_len(const char *label, bool *is_number)
{
    size_t len = 0;

    *is_number = true;
    for (; len <= LABEL_MAX && is_of_a_label(label[len]); len++)
        *is_number = *is_number && is_digit(label[len]);
    return len <= LABEL_MAX ? len : 0;
}

size_t dns_name_len(const char *name)
{
    bool is_number;
    size_t len = 0;

    for (;;) {
        size_t label = label_len(name + len, &is_number);
        len += label;
        if (label == 0 || len > AX_DNS_NAME_MAX)
            return 0;
        if (name[len] != '.')
            break;
        if (name[len + 1] == '\0')
            return is_number ? 0 : len;
        len++;
    }
    return name[len] == '\0' && !is_number ? len : 0;
}

/* How many digits of a number up to 255; 0: there is none. */
static size_t part_len(const char *part, uint32_t *value)
{
    size_t len = 0;

    *value = 0;
    for (; is_digit(part[len]) && len < 3; len++)
        *value = *value * 10 + (uint32_t)(part[len] - '0');
    return *value > PART_MAX || (len > 1 && part[0] == '0') ? 0 : len;
}

bool dns_name_is_address(const char *name, uint32_t *addr)
{
    uint32_t all = 0;

    for (unsigned i = 0; i < PARTS; i++) {
        uint32_t value;
        size_t len = part_len(name, &value);
        if (len == 0 || name[len] != (i + 1 < PARTS ? '.' : '\0'))
            return false;
        all = all << 8 | value;
        name += len + 1;
    }
    *addr = all;
    return true;
}
