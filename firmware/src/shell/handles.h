/* SPDX-License-Identifier: BSD-3-Clause */
/* What the shell has opened, by handle: small numbers from 1 for each kind. */
#ifndef AX_SHELL_HANDLES_H
#define AX_SHELL_HANDLES_H

#include "shell/shell.h"

enum handle_kind {
    HANDLE_TCP,
    HANDLE_UDP,
    HANDLE_LISTENER,
    HANDLE_WATCH,
    HANDLE_PUMP,
    HANDLE_SERVER,
    HANDLE_FUTURE,
    HANDLE_KINDS
};

/* Puts the tables at the start of the lent area and the arena behind them.
 * AX_OK, or AX_E_ARG when it is too small. */
int handles_init(struct shell *shell);

/* Reads a word as a handle. AX_OK; SHELL_E_BAD_NUMBER; SHELL_E_NO_SUCH. */
int handle_tcp(struct shell *shell, struct request *request, unsigned index,
               struct shell_tcp **tcp);
int handle_udp(struct shell *shell, struct request *request, unsigned index,
               struct shell_udp **udp);
int handle_listener(struct shell *shell, struct request *request, unsigned index,
                    struct shell_listener **listener);
int handle_watch(struct shell *shell, struct request *request, unsigned index,
                 struct shell_watch **watch);
int handle_pump(struct shell *shell, struct request *request, unsigned index,
                struct shell_pump **pump);
int handle_server(struct shell *shell, struct request *request, unsigned index,
                  struct shell_server **server);

int handle_future(struct shell *shell, struct request *request, unsigned index,
                  struct shell_future **future);

/* The number of an entry of any kind. */
unsigned handle_of(const struct shell *shell, const void *entry);
unsigned handle_of_socket(const struct shell *shell, struct shell_socket socket);

/* A free entry, all zero, or NULL. The caller opens it. */
void *handles_free(struct shell *shell, enum handle_kind kind);

/* The same, but one that has ended is better than none: its numbers are lost. */
struct shell_pump *handles_free_pump(struct shell *shell);

/* Frees what was destroyed or closed and is ours again, and says so. The shell's
 * task is woken when there is more. */
void handles_reap(struct shell *shell);

/* Gives an opened socket's storage back to the arena and its handle to others. */
void handles_drop_tcp(struct shell *shell, struct shell_tcp *tcp);
void handles_drop_udp(struct shell *shell, struct shell_udp *udp);
void handles_drop_server(struct shell *shell, struct shell_server *server);
void handles_drop_future(struct shell *shell, struct shell_future *future);

/* Appends how many of each kind are open. */
void handles_levels(const struct shell *shell, struct text *fields);

#endif
