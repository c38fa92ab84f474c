# make up     a working workbench on http://127.0.0.1:8000        (make up PORT=8123 HOST=127.0.0.1)
# make test   the whole test suite
# make check  style, types, import rules, security, lock
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export UV_COMPILE_BYTECODE = 1
export VIRTUAL_ENV = $(CURDIR)/.venv

.PHONY: up test check
.DEFAULT_GOAL := up

up: .venv/installed
	@exec .venv/bin/workbench up --host $(HOST) --port $(PORT)

test: .venv/installed
	.venv/bin/pytest $(TESTS)

check: .venv/installed
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/bandit -q -r workbench db api flows -c pyproject.toml
	cp requirements.lock .venv/requirements.check
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev pyproject.toml -o .venv/requirements.check
	@cmp -s requirements.lock .venv/requirements.check || { echo "requirements.lock is not up to date with pyproject.toml"; exit 1; }

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "The workbench needs Python 3.11, 3.12 or 3.13; say which with: make PYTHON=python3.12"; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv || { echo "Python cannot make an environment; on Debian: apt-get install python3-venv"; exit 1; }
	@test -x .venv/bin/uv || .venv/bin/python -m pip install -q --disable-pip-version-check uv
	.venv/bin/uv pip install --require-hashes -r requirements.lock
	.venv/bin/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@
