/* SPDX-License-Identifier: BSD-3-Clause */
#include "stack/name_servers.h"

uint32_t stack_name_servers[AX_DHCP_NAME_SERVERS];
