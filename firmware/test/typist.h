/* SPDX-License-Identifier: BSD-3-Clause */
/* Types at a shell over real sockets, the fake stack and the fake port, and reads
 * what it says. */
#ifndef TYPIST_H
#define TYPIST_H

#include <stdbool.h>

#include <ax/tcp.h>
#include <ax/udp.h>

/* A fresh device with its shell; the clock is held at 0. */
int typist_start(void **state);

/* Gives everything back through the shell and checks that nothing is left. */
int typist_stop(void **state);

/* Types as it stands; runs all tasks and the stack to idle. */
void typist_type(const char *bytes);
void typist_run(void);

/* The cable goes in or out. */
void typist_plug(bool in);

/* Asks "@N command", with a new N, and returns the end of the reply behind
 * "@N= ". It and what was said before it stay in typist_said(). */
const char *typist_ask(const char *command);

/* All that was said since the last ask, or since typist_forget(). */
const char *typist_said(void);
void typist_forget(void);

/* Asks and checks the reply. */
void typist_expect(const char *command, const char *reply);

/* The socket of a handle. */
struct ax_tcp *typist_tcp(unsigned handle);
struct ax_udp *typist_udp(unsigned handle);

/* Opens a socket with such rings and brings it to ESTABLISHED; its handle. */
unsigned typist_connection(unsigned rx, unsigned tx);

/* The peer sends to it. */
void typist_peer_sends(unsigned handle, const void *bytes, unsigned len);

#endif
