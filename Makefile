# make up     a working workbench on http://127.0.0.1:8000        (make up PORT=8123 HOST=127.0.0.1)
# make test   the whole test suite                                (make test TESTS=tests/domain)
# make mutants  mutation tests, for hours                         (make mutants MUTANTS="facts measures")
# make check  style, types, import rules, security, lock
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
TESTS ?=
MUTANTS ?=
export UV_COMPILE_BYTECODE = 1
export VIRTUAL_ENV = $(CURDIR)/.venv
bin := .venv/bin

.PHONY: up test mutants check
.DEFAULT_GOAL := up

up: .venv/installed
	@exec $(bin)/workbench up --host $(HOST) --port $(PORT)

# Benchmarks run alone, because what runs beside them would be measured too. Browser tests have processes of their own, because
# the browser's driver keeps an event loop running in its process.
test: .venv/installed
ifeq ($(TESTS),)
	$(bin)/pytest -n 2 --dist loadfile -m "not benchmark and not browser"
	$(bin)/pytest -n 2 --dist loadfile -m browser
	$(bin)/pytest -s -m benchmark
else
	$(bin)/pytest $(TESTS)
endif

# The tool lies beside the environment, which knows nothing of it.
mutants: .venv/installed
	@test -d .venv/mutmut || $(bin)/uv pip install -q --target .venv/mutmut mutmut==3.8.1
	PYTHONPATH=.venv/mutmut nice $(bin)/python -m tests.mutants $(MUTANTS)

check: .venv/installed
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/bandit -q -r workbench db api flows -c pyproject.toml
	@cp requirements.lock .venv/requirements.check
	$(bin)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev pyproject.toml -o .venv/requirements.check
	@cmp -s requirements.lock .venv/requirements.check || { echo "requirements.lock is not up to date with pyproject.toml"; exit 1; }

# Touches the network only when the lock or pyproject.toml is newer than what was installed. An environment that was cut
# short, or whose Python is gone, is made again; uv comes from the lock, by its hash; pip takes over where uv cannot
# reach an index that only pip is configured for.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	    echo "The workbench needs Python 3.11, 3.12 or 3.13; say which with: make PYTHON=python3.12"; exit 1; }
	@$(bin)/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv && $(PYTHON) -m venv .venv; } || { rm -rf .venv; \
	    echo "Python cannot make an environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@awk '/^uv==/ { found = 1 } found { print } found && !/\\$$/ { exit }' requirements.lock > .venv/uv.lock
	@echo "Installing the locked packages into .venv (about 2 GB; once)"
	@$(bin)/python -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.lock
	@$(bin)/uv pip install -q --require-hashes -r requirements.lock || \
	    $(bin)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(bin)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@
