# `make demo` and `make test` do everything, installation included: both first set up .venv from the
# lock file, once. `make help` lists the rest.

PYTHON ?= python3
VENV   ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
READY := $(VENV)/.ready
PIP := $(PY) -m pip install --disable-pip-version-check --quiet --quiet

.PHONY: help setup demo test test-editor vsix vsix-all lint bench editors tutorial lock clean
.DEFAULT_GOAL := help

help: ## list the commands
	@$(PYTHON) -c "import re; [print(f'make {n:13}{t}') for n, t in re.findall(r'^([a-z-]+):.*## (.*)', open('Makefile').read(), re.M)]"

setup: $(READY) ## make .venv with Bailiwick and all that its development needs

demo: $(READY) ## check the bundled example, as a user would
	@$(PY) examples/demo.py

test: lint ## lint, then every test
	$(PY) -m pytest --numprocesses auto
	@$(MAKE) --no-print-directory test-editor

test-editor: $(READY) ## the tests of the editor's half alone, in a real Visual Studio Code
	@$(PY) vscode-extension/scripts/trial.py

vsix: $(READY) ## build the extension for Visual Studio Code, dist/bailiwick-*.vsix
	@$(PY) vscode-extension/scripts/package.py

vsix-all: $(READY) ## build it for every platform
	@$(PY) vscode-extension/scripts/package.py --all

lint: $(READY) ## ruff, mypy, Bailiwick on itself, and the checks of the TypeScript where there is Node
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(BIN)/mypy --no-error-summary
	$(BIN)/bailiwick check
	@$(PY) vscode-extension/scripts/lint.py

bench: $(READY) ## measure Bailiwick beside its peers on Nova, and its reports (NOVA_HISTORY=clone: those on a history, too)
	$(PY) -m benchmarks
	$(PY) -m benchmarks.reports $(if $(NOVA_HISTORY),--history $(NOVA_HISTORY))

editors: ## install the editors that tests/server/editors drives, where there is apt-get
	apt-get update --quiet --quiet
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends neovim emacs-nox elpa-eglot

latency: $(READY) ## measure the language server beside its peers while somebody types
	$(PY) -m benchmarks.latency

tutorial: $(READY) ## write docs/tutorial.md anew, from what its commands say on Nova
	$(PY) examples/tutorial.py --write

lock: $(READY) ## pin the development requirements anew
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
		--custom-compile-command "make lock" --upgrade --extra flake8 --extra reports --extra server --group dev \
		pyproject.toml --output-file requirements-dev.txt
	$(BIN)/uv pip compile --quiet --python-version 3.10 --python-platform linux --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --upgrade --extra server \
		pyproject.toml --output-file vscode-extension/bundled/requirements.txt

clean: ## remove what the other commands made
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('$(VENV)', 'build', 'dist', '.bailiwick_cache')]"

# Only what the lock file names, by its hash, through pip as this machine has it configured. Nothing is
# compiled ahead: that would double the time, and Python does it on first use.
$(READY): requirements-dev.txt pyproject.toml rules/bailiwick/__init__.py
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 10) and 'Bailiwick needs Python 3.10 or newer: make PYTHON=python3.12')"
	@echo "Setting up $(VENV) (about fifteen seconds, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --no-compile --require-hashes --requirement requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(PY) -c "import pathlib; pathlib.Path('$(READY)').touch()"
