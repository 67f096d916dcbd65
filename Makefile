# Everything runs in a project-local environment, installed from requirements.lock with hash checking.
# Needs only Python 3.11, make and a package index.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
# Only Python itself, and what it runs with -m: the first line of other programs there names the whole path of this
# checkout, and not every system takes a space or a quote in that. Paths of people go to the shell by their variable.
BIN := $(VENV)/bin
READY := $(VENV)/.ready

export PYTHON
# dbt and Dagster both honour it; nothing here phones home.
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help refresh test test-all check lint types bench dev setup lock clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: $(READY) ## Install what is missing into .venv

$(READY): requirements.lock pyproject.toml
	@"$$PYTHON" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 is needed; '$$PYTHON' is not it. Set PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing into $(VENV) from requirements.lock (about a minute, once)"
	@"$$PYTHON" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

refresh: $(READY) ## Fetch what changed at CBS, build, audit and publish a release
	@$(BIN)/python -m pipelines.cli refresh

# One process more than the two cores that CI has, since tests also wait; the tests of a file stay together, since they
# share what they set up. tests/conftest.py gives the order in which all are busy to the end.
PYTEST := $(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

test: $(READY) ## Run the tests for a change (offline, about 5 minutes)
	@$(PYTEST) -m "not slow"

test-all: test ## Run these, then the slow ones: of full size, or many times over
	@$(PYTEST) -m slow

check: lint types test-all ## What CI runs: lint, types, all tests

lint: $(READY)
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m sqlfluff lint --nocolor --processes 2 dbt_project docs/nl/vragen

types: $(READY)
	@$(BIN)/python -m mypy

bench: $(READY) ## Measure, in ratios, what a refresh costs (some ten minutes)
	@$(BIN)/python -m tests.bench

dev: $(READY) ## Start the Dagster UI with the nightly schedule on http://127.0.0.1:3000
	@$(BIN)/python -m pipelines.orchestration.home \
		$(BIN)/python -m dagster dev --module-name pipelines.definitions --host 127.0.0.1 --port "$${PORT:-3000}"

lock: ## Resolve pyproject.toml anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-annotate --no-header --output-file requirements.lock

clean: ## Remove the environment and caches; keeps the warehouse
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dbt_project/target dbt_project/logs
