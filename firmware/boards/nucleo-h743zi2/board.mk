# SPDX-License-Identifier: BSD-3-Clause
# NUCLEO-H743ZI2 (MB1364): the chip, the memory and the PHY of the NUCLEO-H743ZI. What differs is in board.h.
include $(FW)/boards/nucleo-h743zi/board.mk
