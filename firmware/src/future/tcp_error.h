/* SPDX-License-Identifier: BSD-3-Clause */
/* What an operation that sends says when it may not (any more). Private to the futures. */
#ifndef AX_FUTURE_TCP_ERROR_H
#define AX_FUTURE_TCP_ERROR_H

#include <ax/tcp_future.h>

/* `err`; but of one that waited, a connection that ended meanwhile is the end, and no misuse. */
int tcp_error_of(const struct ax_tcp_future *sending, int err);

#endif
