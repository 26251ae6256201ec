#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Writes ci/requirements.lock and ci/labgrid.lock anew from pyproject.toml: names, versions and hashes of every file of
# each release, so that one lock serves every machine. Run with the oldest Python we support.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet pip-tools
lock() {
    "$tools/bin/pip-compile" --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host "$@"
}
lock --extra dev --output-file ci/requirements.lock pyproject.toml
python3 - >"$tools/labgrid.in" <<'END'
import pathlib, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
print(*project["optional-dependencies"]["labgrid"], sep="\n")
END
lock --output-file ci/labgrid.lock "$tools/labgrid.in"
