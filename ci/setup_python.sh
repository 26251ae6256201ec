#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a venv with pinned packages: setup_python.sh [VENV LOCK], without them ours. pip's own configuration (index,
# certificates) stays in force.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
venv=${1:-.venv}
lock=${2:-ci/requirements.lock}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Plumbline needs Python 3.11 or newer; $(command -v "$python" || echo "$python") is" \
        "$("$python" --version 2>&1). Another one: make PYTHON=/path/to/python3 ..." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$(command -v "$python") has no venv. Another one: make PYTHON=/path/to/python3 ..." >&2
    exit 1
fi

# --clear would empty what it leads to.
if [ -L "$venv" ]; then
    echo "$venv is a link to $(readlink "$venv"), another checkout's: it is left alone. Remove the link to have one here." >&2
    exit 1
fi

echo "Python packages to $venv"
"$python" -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$lock"
