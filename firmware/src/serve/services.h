/* SPDX-License-Identifier: BSD-3-Clause */
/* What is done for one connection in one bounded step. */
#ifndef AX_SERVE_SERVICES_H
#define AX_SERVE_SERVICES_H

#include <ax/serve.h>

/* Returns what to wait for (enum ax_interest); 0 when there is more to do now;
 * AX_E_EOF when all is done and our half is to be closed; else why the
 * connection has ended. Moves at most SERVE_STEP_BYTES each way. */
typedef int serve_step(struct ax_serve_peer *peer);

enum { SERVE_STEP_BYTES = 4096 };

serve_step serve_echo, serve_discard, serve_chargen, serve_http;

/* Drops what was received, at most SERVE_STEP_BYTES. AX_OK when there may be
 * more, else what ax_tcp_data() says. */
int serve_drop(struct ax_tcp *tcp);

#endif
