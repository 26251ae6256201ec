#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs with apt what this machine lacks, and nothing when it lacks nothing.
set -eu

missing=
need() { # PACKAGE COMMAND...: the package is missing when the command fails
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
compiles() { printf '%b' "$2" | $1 -fsyntax-only -x c -; } # COMPILER TEXT
administrator() { PATH="$PATH:/usr/sbin:/sbin" "$@"; } # where users do not look

need gcc gcc --version
need libc6-dev compiles gcc '#include <stdio.h>\n'
need clang clang --version
need libclang-rt-dev compiles clang '#include <sanitizer/asan_interface.h>\n'
need clang-format clang-format --version
need libcmocka-dev compiles gcc '#include <setjmp.h>\n#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <cmocka.h>\n'
need gcc-arm-none-eabi arm-none-eabi-gcc --version
need libnewlib-arm-none-eabi compiles arm-none-eabi-gcc '#include <newlib.h>\n'
need picolibc-arm-none-eabi compiles 'arm-none-eabi-gcc --specs=picolibc.specs' '#include <picolibc.h>\n'
need gdb-multiarch gdb-multiarch --version
need openocd openocd --version
need libunicorn-dev compiles gcc '#include <unicorn/unicorn.h>\n'
need iproute2 ip -V
need ethtool administrator ethtool --version
need procps administrator sysctl --version
need curl curl --version
need netcat-openbsd sh -c 'nc -h 2>&1 | grep -q OpenBSD'
need iperf sh -c 'iperf -v 2>&1 | grep -q "version 2"'
need qemu-system-arm qemu-system-arm --version
need valgrind valgrind --version
need python3-venv "${PYTHON:-python3}" -c 'import ensurepip, venv'
[ -n "$missing" ] || exit 0

sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! command -v sudo >/dev/null; }; then
    echo "This machine lacks what Debian calls:$missing" >&2
    echo "Install it (without apt-get or sudo that cannot be done from here), then run make again." >&2
    exit 1
fi

echo "Installing:$missing"
apt="$sudo env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
install="$apt install -y --no-install-recommends $missing"
# The lists may be absent, or older than what the mirror still has.
$install >/dev/null 2>&1 || { $apt update && $install >/dev/null; }
