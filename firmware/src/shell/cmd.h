/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands' handlers, named in the table of commands.c.
 *
 * A handler finds its arguments as words 0 and up; how many there are has been
 * checked. It returns AX_OK and fields in `reply`, or an error before it changed
 * anything, or SHELL_LATER.
 */
#ifndef AX_SHELL_CMD_H
#define AX_SHELL_CMD_H

#include "shell/shell.h"

int cmd_id(struct shell *shell, struct request *request, struct text *reply);
int cmd_profile(struct shell *shell, struct request *request, struct text *reply);
int cmd_mem(struct shell *shell, struct request *request, struct text *reply);
int cmd_tasks(struct shell *shell, struct request *request, struct text *reply);
int cmd_reset(struct shell *shell, struct request *request, struct text *reply);

int cmd_clock(struct shell *shell, struct request *request, struct text *reply);
int cmd_clock_run(struct shell *shell, struct request *request, struct text *reply);
int cmd_clock_hold(struct shell *shell, struct request *request, struct text *reply);
int cmd_clock_step(struct shell *shell, struct request *request, struct text *reply);
int cmd_clock_advance(struct shell *shell, struct request *request, struct text *reply);

int cmd_net(struct shell *shell, struct request *request, struct text *reply);
int cmd_net_set(struct shell *shell, struct request *request, struct text *reply);
int cmd_dhcp(struct shell *shell, struct request *request, struct text *reply);
int cmd_dhcp_start(struct shell *shell, struct request *request, struct text *reply);
int cmd_dhcp_release(struct shell *shell, struct request *request, struct text *reply);
int cmd_dns(struct shell *shell, struct request *request, struct text *reply);
int cmd_dns_servers(struct shell *shell, struct request *request, struct text *reply);
int cmd_dns_forget(struct shell *shell, struct request *request, struct text *reply);
int cmd_poll(struct shell *shell, struct request *request, struct text *reply);
int cmd_poll_auto(struct shell *shell, struct request *request, struct text *reply);
int cmd_poll_hand(struct shell *shell, struct request *request, struct text *reply);
int cmd_poll_once(struct shell *shell, struct request *request, struct text *reply);
int cmd_link(struct shell *shell, struct request *request, struct text *reply);
int cmd_link_tell(struct shell *shell, struct request *request, struct text *reply);
int cmd_link_fault(struct shell *shell, struct request *request, struct text *reply);

int cmd_tcp(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_open(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_connect(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_close(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_abort(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_destroy(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_option(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_info(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_meter(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_stats(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_send(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_recv(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_peek(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_room(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_commit(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_data(struct shell *shell, struct request *request, struct text *reply);
int cmd_tcp_consume(struct shell *shell, struct request *request, struct text *reply);

int cmd_listen_open(struct shell *shell, struct request *request, struct text *reply);
int cmd_listen_reopen(struct shell *shell, struct request *request, struct text *reply);
int cmd_listen_lend(struct shell *shell, struct request *request, struct text *reply);
int cmd_listen_close(struct shell *shell, struct request *request, struct text *reply);
int cmd_listen_stats(struct shell *shell, struct request *request, struct text *reply);

int cmd_udp(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_open(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_bind(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_close(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_send(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_can_send(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_recv(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_option(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_follow(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_status(struct shell *shell, struct request *request, struct text *reply);
int cmd_udp_stats(struct shell *shell, struct request *request, struct text *reply);

int cmd_watch_tcp(struct shell *shell, struct request *request, struct text *reply);
int cmd_watch_udp(struct shell *shell, struct request *request, struct text *reply);
int cmd_watch_stop(struct shell *shell, struct request *request, struct text *reply);

int cmd_pump(struct shell *shell, struct request *request, struct text *reply);
int cmd_pump_stop(struct shell *shell, struct request *request, struct text *reply);
int cmd_pump_source(struct shell *shell, struct request *request, struct text *reply);
int cmd_pump_sink(struct shell *shell, struct request *request, struct text *reply);
int cmd_pump_echo(struct shell *shell, struct request *request, struct text *reply);
int cmd_pump_udp_source(struct shell *shell, struct request *request, struct text *reply);
int cmd_pump_udp_sink(struct shell *shell, struct request *request, struct text *reply);
int cmd_pump_udp_echo(struct shell *shell, struct request *request, struct text *reply);

int cmd_serve(struct shell *shell, struct request *request, struct text *reply);
int cmd_serve_echo(struct shell *shell, struct request *request, struct text *reply);
int cmd_serve_discard(struct shell *shell, struct request *request, struct text *reply);
int cmd_serve_chargen(struct shell *shell, struct request *request, struct text *reply);
int cmd_serve_http(struct shell *shell, struct request *request, struct text *reply);
int cmd_serve_udp_echo(struct shell *shell, struct request *request, struct text *reply);
int cmd_serve_udp_discard(struct shell *shell, struct request *request, struct text *reply);
int cmd_serve_stop(struct shell *shell, struct request *request, struct text *reply);

int cmd_future(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_connect(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_accept(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_recv(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_read_exact(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_send(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_write_all(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_flush(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_shutdown(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_close(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_send_to(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_sent(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_recv_from(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_dhcp(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_dns(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_until(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_sleep(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_select(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_join(struct shell *shell, struct request *request, struct text *reply);
int cmd_future_withdraw(struct shell *shell, struct request *request, struct text *reply);

int cmd_callback_show(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_data(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_times(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_do(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_add(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_send(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_space(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_serve(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_lend(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_no_delay(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_status(struct shell *shell, struct request *request, struct text *reply);
int cmd_callback_unserve(struct shell *shell, struct request *request, struct text *reply);

int cmd_reactor(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_open(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_stop(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_connect(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_accept(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_recv(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_read_exact(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_send(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_write_all(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_flush(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_shutdown(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_close(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_send_to(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_recv_from(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_cancel(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_cancel_tcp(struct shell *shell, struct request *request, struct text *reply);
int cmd_reactor_within(struct shell *shell, struct request *request, struct text *reply);

int cmd_driver_open(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_stop(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_tcp(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_udp(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_reregister(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_deregister(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_released(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_poll(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_look(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_clear(struct shell *shell, struct request *request, struct text *reply);
int cmd_driver_unpark(struct shell *shell, struct request *request, struct text *reply);

/* What `tcp destroy` does, for those who are no command: the handle is free once the
 * socket is released, which the shell's task finds when it is woken. */
void shell_destroy_tcp(struct shell *shell, struct shell_tcp *socket);
int cmd_proxy(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_start(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_wait(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_unwait(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_stop(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_tuples(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_recv(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_send(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_push(struct shell *shell, struct request *request, struct text *reply);
int cmd_proxy_pull(struct shell *shell, struct request *request, struct text *reply);

#endif
