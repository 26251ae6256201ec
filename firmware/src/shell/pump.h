/* SPDX-License-Identifier: BSD-3-Clause */
/* Pumps: tasks that move data through a socket without the serial line. */
#ifndef AX_SHELL_PUMP_H
#define AX_SHELL_PUMP_H

#include "shell/shell.h"

enum { PUMP_CHUNK_BYTES = 512 }; /* of a stream, moved at a time */

/* One bounded step of each kind of pump. Returns PUMP_MORE, PUMP_WAITS, or how
 * it ended: AX_OK when all is done, else an ax_err. */
int pump_step_source(struct shell_pump *pump);
int pump_step_sink(struct shell_pump *pump);
int pump_step_echo(struct shell_pump *pump);
int pump_step_udp_source(struct shell_pump *pump);
int pump_step_udp_sink(struct shell_pump *pump);
int pump_step_udp_echo(struct shell_pump *pump);

/* Whether a sink has all that it was to take. */
bool pump_is_full(const struct shell_pump *pump);

/* Ends the pumps of a socket that is about to go, and says so. */
void pumps_end(struct shell *shell, struct shell_socket socket);

#endif
