#!/usr/bin/env bash
# Installs Tiaowen with its test tools into .venv and runs lint, types, layers and tests.
# Chromium (for the tests of the page) is installed from Debian's packages where that is possible; without it
# those tests are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk
fi

[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --quiet torch==2.13.0  # first and alone, so that no other package chooses a build
.venv/bin/python -m pip install --quiet --editable '.[test]'

export HF_HUB_OFFLINE=1  # nothing may reach for a model hub
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports --no-cache
.venv/bin/python -m pytest "$@"
