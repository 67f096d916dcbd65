# Everything runs in a project-local environment, installed from requirements.lock with hash checking.
# Needs only Python 3.11, 3.12 or 3.13, make and a package index.
# The newest that is there and can make an environment. Asked, not looked up: a name on the path may be an empty shell.
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c '$(USABLE)' >/dev/null 2>&1 && echo "$$name" && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

export DAGSTER_HOME ?= $(abspath $(or $(MONITOR_WAREHOUSE),warehouse))/dagster
# dbt and Dagster both honour it; nothing here phones home.
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help refresh test test-all test-pythons check lint types bench dev setup lock clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: $(READY) ## Install what is missing into .venv

$(READY): requirements.lock pyproject.toml
	@"$(PYTHON)" -c '$(USABLE)' >/dev/null 2>&1 || { echo "Python 3.11, 3.12 or 3.13 is needed, with its module venv (on" \
		"Debian and Ubuntu the package python3-venv); $(if $(PYTHON),'$(PYTHON)' is not that,none was found). Install one," \
		"or say where it is: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing into $(VENV) from requirements.lock (about a minute, once)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

refresh: $(READY) ## Fetch what changed at CBS, build, audit and publish a release
	@$(BIN)/monitor refresh

# One process more than the two cores that CI has, since tests also wait; the tests of a file stay together, since they
# share what they set up. tests/conftest.py gives the order in which all are busy to the end.
PYTEST := $(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

test: $(READY) ## Run the tests for a change (offline, about 5 minutes)
	@$(PYTEST) -m "not slow"

test-all: test ## Run these, then the slow ones: of full size, or many times over
	@$(PYTEST) -m slow

test-pythons: $(READY) ## Try every other Python that is installed: same figures, same tests (ten minutes each)
	@$(BIN)/python -m tests.pythons

check: lint types test-all ## What CI runs: lint, types, all tests

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --nocolor --processes 2 dbt_project docs/nl/vragen

types: $(READY)
	@$(BIN)/mypy

bench: $(READY) ## Measure, in ratios, what a refresh costs (some ten minutes)
	@$(BIN)/python -m tests.bench

dev: $(READY) ## Start the Dagster UI with the nightly schedule on http://127.0.0.1:3000
	@$(BIN)/python -m pipelines.orchestration.home
	@$(BIN)/dagster dev --module-name pipelines.definitions --host 127.0.0.1 --port $(or $(PORT),3000)

lock: ## Resolve pyproject.toml anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-annotate --no-header --output-file requirements.lock

clean: ## Remove the environment and caches; keeps the warehouse
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dbt_project/target dbt_project/logs
