# Everything runs in a project-local environment, installed from requirements.lock with hash checking.
# Needs only Python 3.11, 3.12 or 3.13, make and a package index. PYTHON says which one, if it should not be the newest.
VENV := .venv
# Only Python itself, and what it runs with -m: the first line of other programs there names the whole path of this
# checkout, and not every system takes a space or a quote in that. Paths of people go to the shell by their variable.
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Asked of a Python, since a name on the path may run nothing, or not be able to make an environment.
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

# dbt and Dagster both honour it; nothing here phones home.
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help refresh test test-all test-browser test-pythons check lint types bench dev setup lock clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: $(READY) ## Install what is missing into .venv

$(READY): requirements.lock pyproject.toml
	@set -- python3.13 python3.12 python3.11 python3; [ -z "$$PYTHON" ] || set -- "$$PYTHON"; found=; \
	for name; do if "$$name" -c '$(USABLE)' >/dev/null 2>&1; then found=$$name; break; fi; done; \
	if [ -z "$$found" ]; then \
		if_not="none was found"; [ -z "$$PYTHON" ] || if_not="'$$PYTHON' is not that"; \
		echo "Python 3.11, 3.12 or 3.13 is needed, with its module venv (on Debian and Ubuntu the package python3-venv);" \
			"$$if_not. Install one, or say where it is:" \
			"make PYTHON=/path/to/python3"; exit 1; fi; \
	echo "Installing into $(VENV) from requirements.lock (about a minute, once)"; "$$found" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# Python reads this file in the encoding of the locale, which need not have every letter of a path: so without one.
	@for file in $(VENV)/lib/python3*/site-packages/_editable_impl_monitor_sociaal_domein.pth; do \
		echo ../../../.. > "$$file"; done
	@touch $(READY)

refresh: $(READY) ## Fetch what changed at CBS, build, audit and publish a release
	@$(BIN)/python -m pipelines.cli refresh

# Two processes more than the two cores that CI has, since tests also wait; the tests of a file stay together, since they
# share what they set up. tests/conftest.py gives the order in which all are busy to the end.
PYTEST := $(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

test: $(READY) ## Run the tests for a change (offline, about 5 minutes)
	@$(PYTEST) -m "not slow and not browser"

test-all: test ## Run these, then the slow ones: of full size, or many times over
	@$(PYTEST) -m slow

# A browser for each core; the tests of a page stay together, since they share it.
test-browser: $(READY) ## Try the pages of a release in a browser (a minute; needs Chromium, Java and Pango)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup -m browser tests/browser

test-pythons: $(READY) ## Try every other Python that is installed: same figures, same tests (ten minutes each)
	@$(BIN)/python -m tests.pythons

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
	uv pip compile pyproject.toml --extra dev --extra pdf --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-annotate --no-header --output-file requirements.lock

clean: ## Remove the environment and caches; keeps the warehouse
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dbt_project/target dbt_project/logs
