# Two commands do everything from a bare checkout: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOP := $(VENV)/.develop
AXE := tests/browser/node_modules/.package-lock.json

.PHONY: setup demo test test-again check bench soak lock clean help

help:
	@echo "make demo    set up, run a whole incident on made-up data, serve the result"
	@echo "make test    set up and run all tests"
	@echo "make check   style, types, the house's one direction, message lint"
	@echo "make bench   measure speed, each figure beside its baseline"
	@echo "make soak    kill senders 500 times while everything else goes wrong too: 0 missed, 0 twice (about 15 minutes)"
	@echo "make setup   only make .venv with the hub command"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): $(BIN)/python requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(DEVELOP): $(RUNTIME) requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: $(RUNTIME)
	@echo "Ready: $(BIN)/hub --help"

demo: $(RUNTIME)
	HUB_DATA_DIR=$${HUB_DATA_DIR:-var/demo} $(BIN)/hub demo

# The accessibility checks of the browser tests; they skip by themselves where there is no npm.
$(AXE): tests/browser/package.json tests/browser/package-lock.json
	@if command -v npm >/dev/null; then \
	  npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund && touch $@; \
	else \
	  echo "npm is not installed: the accessibility checks are skipped"; \
	fi

test: $(DEVELOP) $(AXE)
	$(BIN)/python -m pytest -n 3 --dist loadfile --tb=native --durations=30; code=$$?; \
	  if [ $$code -eq 1 ]; then $(MAKE) --no-print-directory test-again; else exit $$code; fi

# Some tests measure moments (a pace, a pause, a time-out): what failed while others ran beside it runs once more alone.
# (Native tracebacks: pytest's own parse the source again, which Python 3.11 may refuse below a browser's call.)
test-again:
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures none --tb=native

check: $(DEVELOP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	HUB_DATA_DIR=$(VENV)/.check $(BIN)/hub library lint messages
	$(BIN)/python -m hub.desk.translations_check

bench: $(DEVELOP)
	$(BIN)/python -m tests.bench

soak: $(DEVELOP)
	$(BIN)/python -m tests.sms.soaking --kills $${KILLS:-500}

# Exact versions of everything, without the address of any registry.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-options --no-header --extra postgres --extra redis --extra sftp --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-options --no-header --constraint requirements.txt --output-file requirements-dev.txt requirements-dev.in

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
