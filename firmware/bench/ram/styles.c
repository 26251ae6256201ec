/* SPDX-License-Identifier: BSD-3-Clause */
/* What each style adds to a socket or a task, and what there is once; as ram.c. */
#include <ax/proxy.h>
#include <ax/reactor.h>
#include <ax/readiness.h>
#include <ax/server.h>

/* An operation under way. */
char ram_future_future[sizeof(struct ax_tcp_future)];

char ram_source_source[sizeof(struct ax_source)];
char ram_driver_driver[sizeof(struct ax_readiness)];

char ram_operation_operation[sizeof(struct ax_operation)];
char ram_reactor_reactor[sizeof(struct ax_reactor)];

char ram_client_client[sizeof(struct ax_client)];
char ram_server_server[sizeof(struct ax_server)];
char ram_callbacks_task[sizeof(struct ax_callback_task)];

/* A five-tuple of UDP; of TCP it is a connection. */
char ram_tuple_place[sizeof(struct ax_proxy_tuple)];
char ram_proxy_proxy[sizeof(struct ax_proxy)];
