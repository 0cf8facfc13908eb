# urbium: two commands. `make demo` shows the programme office at work; `make test` runs the tests, and
# `make test-long` the proofs that take long, `make test-all` every one of them. `make docs` builds the manual.
PYTHON  ?= python3
PORT    ?= 8000
DB      ?= demo.db
BROWSER ?= auto
BIN     := .venv/bin
INSTALLED := .venv/.installed
TOOLS   := .venv/.tools
DOCS    := .venv/.docs

# What is imported is kept compiled, whatever the environment says: every process starts seconds sooner.
unexport PYTHONDONTWRITEBYTECODE
# Packages are fetched by the certificates that this machine trusts, where it has any, as pip does.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := true
endif

.PHONY: tools demo test test-long test-all docs texts check format lint types layers mutate lock sbom audit version release clean

demo: $(INSTALLED)
	$(BIN)/urbium demo --database "$(DB)" --port $(PORT) --browser "$(BROWSER)"

# Processes that test have one core each at most: threads of a library would only wait for it, in loops. A third
# process computes while others wait for a server, a browser or a worker that is to be killed.
test test-long test-all: export OPENBLAS_NUM_THREADS = 1
test test-long test-all: export POLARS_MAX_THREADS = 1

test: $(TOOLS)
	$(BIN)/python -m pytest -n 3 -m "not long and not release"

test-long: $(TOOLS)
	$(BIN)/python -m pytest -n 3 -m "long and not release"

# Every proof with every seed, and every page: hours, before a release.
test-all: $(TOOLS)
	$(BIN)/python -m pytest -n 2

# The manual, for a browser without a network; whatever Sphinx warns of ends it.
docs: $(DOCS)
	$(BIN)/sphinx-build --quiet --fail-on-warning --fresh-env -c docs/manual docs build/manual
	@echo "The manual is at build/manual/manual/index.html"

# Everything that tests, checks and the manual need, installed.
tools: $(TOOLS) $(DOCS)

check: format lint types layers docs test

format: $(TOOLS)
	$(BIN)/ruff format --check .

lint: $(TOOLS)
	$(BIN)/ruff check .

types: $(TOOLS)
	$(BIN)/mypy

layers: $(TOOLS)
	$(BIN)/lint-imports

# Gather every message of code and pages into the catalogue that translations are made from.
texts: $(TOOLS)
	cd src/urbium && $(CURDIR)/$(BIN)/python -m babel.messages.frontend -q extract --mapping-file text/babel.cfg \
	  --output-file text/locale/urbium.pot --sort-output --no-location --omit-header --width 110 .

$(INSTALLED): requirements.lock bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("urbium needs Python 3.11 or newer; call make with PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh .ci/install python3-venv
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# What tests and checks need besides; the demo does without.
$(TOOLS): $(INSTALLED) requirements-test.lock
	@echo "Installing the tools of the tests ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-test.lock
	@touch $@

$(DOCS): $(INSTALLED) requirements-docs.lock
	@echo "Installing what builds the manual ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-docs.lock
	@touch $@

# How many small faults in the code of each room its tests notice; no part of `make check`, for it takes an hour.
SAMPLE  ?= 300
SEED    ?= 1
mutate: $(TOOLS)
	nice -n 15 $(BIN)/python bench/mutation.py --sample $(SAMPLE) --seed $(SEED) --report mutation.jsonl

# Renew the lock files after a change of dependencies.
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
lock:
	$(COMPILE) --extra all -o requirements.lock pyproject.toml
	$(COMPILE) --extra all --extra test -c requirements.lock -o requirements-test.lock pyproject.toml
	$(COMPILE) --extra all --extra docs -c requirements-test.lock -o requirements-docs.lock pyproject.toml
	printf 'editables\nhatchling\nuv\n' | $(COMPILE) -o bootstrap.lock -

# The packages that urbium is built on, as CycloneDX: the same bytes for the same lock.
sbom: $(INSTALLED)
	$(BIN)/python bench/sbom.py requirements.lock sbom.json
	@echo "The list of packages is at sbom.json"

# The number of the next release, in every file that says it: make version VERSION=1.0.0
version: $(INSTALLED)
	$(BIN)/python bench/release.py raise $(VERSION)

# What a release hands out: wheel, source archive, list of packages, notes and digests, in build/release.
release: $(INSTALLED)
	$(BIN)/python bench/release.py build

# Known weaknesses of those packages; needs a network, and says so without one.
audit: $(INSTALLED)
	$(BIN)/uv tool run pip-audit --requirement requirements.lock --require-hashes --disable-pip

clean:
	rm -rf .venv build/demo demo.db demo.db-wal demo.db-shm demo.db-letters
