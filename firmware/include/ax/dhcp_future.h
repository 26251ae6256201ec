/* SPDX-License-Identifier: BSD-3-Clause */
/* An address by DHCP as a future (ax/future.h, ax/dhcp.h).
 *
 * Context: task code only.
 */
#ifndef AX_DHCP_FUTURE_H
#define AX_DHCP_FUTURE_H

#include <ax/dhcp.h>
#include <ax/future.h>

struct ax_dhcp_future {
    struct ax_future future;    /* first */
    bool started;               /* the client, by this one */
    struct ax_dhcp_lease lease; /* readable by the caller */
};

/* Starts the client unless it runs, and is AX_OK once there is a lease, which the client
 * keeps until ax_dhcp_release(); else what ax_dhcp_start() refuses with, or AX_E_ABORTED
 * when the client is ended. Servers are asked for ever: ax_timeout() bounds it. Withdrawn
 * before there is a lease it ends the client that it started, and nothing is left. */
void ax_dhcp(struct ax_dhcp_future *future);

#endif
