/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/number.h"

int number_of_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

static bool read_base(const char **at, uint32_t base, uint32_t max, uint32_t *value)
{
    const char *start = *at;
    uint64_t sum = 0;

    for (;; (*at)++) {
        int digit = number_of_digit(**at);
        if (digit < 0 || (uint32_t)digit >= base)
            break;
        sum = sum * base + (uint32_t)digit;
        if (sum > max)
            return false;
    }
    *value = (uint32_t)sum;
    return *at != start;
}

bool number_read(const char **at, uint32_t *value)
{
    if ((*at)[0] != '0' || ((*at)[1] != 'x' && (*at)[1] != 'X'))
        return read_base(at, 10, UINT32_MAX, value);
    *at += 2;
    return read_base(at, 16, UINT32_MAX, value);
}

bool number_read_decimal(const char **at, uint32_t max, uint32_t *value)
{
    return read_base(at, 10, max, value);
}

bool number_skip(const char **at, char byte)
{
    if (**at != byte)
        return false;
    (*at)++;
    return true;
}

bool number_read_address(const char **at, uint32_t *addr)
{
    uint32_t sum = 0;

    for (unsigned part = 0; part < 4; part++) {
        uint32_t value;
        if (part != 0 && !number_skip(at, '.'))
            return false;
        if (!number_read_decimal(at, 255, &value))
            return false;
        sum = sum << 8 | value;
    }
    *addr = sum;
    return true;
}

bool number_read_endpoint(const char **at, struct ax_endpoint *endpoint)
{
    uint32_t port;

    *endpoint = (struct ax_endpoint){0};
    if (number_skip(at, '*')) {
        if (**at == '\0')
            return true;
    } else if (!number_read_address(at, &endpoint->addr)) {
        return false;
    }
    if (!number_skip(at, ':') || !number_read_decimal(at, UINT16_MAX, &port))
        return false;
    endpoint->port = (uint16_t)port;
    return true;
}
