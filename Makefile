# The two commands of the README are `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
# Four workers for the two cores that the smallest machine has: tests of screens wait for half of their time.
WORKERS ?= 4
# pytest rewrites the asserts of 400 files: once for each version of a file, not once for each worker and run.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help run test pictures pages test-slow soak coverage mutants watch check format screenshots cast figures sample bench lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# The stamps are written last, so that an interrupted installation is done again.
$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else "musicrec-tui needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is %d.%d: run make again with PYTHON=python3.12, say." % v[:2])'
	@echo "Setting up $(VENV): some 700 MB are downloaded once, TensorFlow most of it."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## set up what is missing, then open the embedded sample
	@MUSICREC_DATA="$${MUSICREC_DATA:-$(CURDIR)/sample_data/listens}" $(BIN)/musicrec-tui $(ARGS)

test: $(READY) ## set up what is missing, then run the tests (minutes)
	$(PYTEST) -n $(WORKERS) --dist worksteal $(ARGS)

pictures: $(READY) ## draw the snapshots of all screens anew, after a wanted change (then look at them)
	$(BIN)/python -m pytest tests/tui/test_*_snapshots.py --snapshot-update $(ARGS)

test-slow: $(READY) ## the tests that need many minutes or more than a fresh machine has
	$(PYTEST) -m slow --timeout 1200 $(ARGS)

soak: $(READY) ## faults of every kind, all that can be counted, then random keys for three minutes (half an hour; ARGS="--seed 7")
	$(BIN)/python -m tests.faults --full $(ARGS)
	$(BIN)/python -m tests.faults native --full $(ARGS)
	$(BIN)/python -m tests.e2e.soak $(ARGS)

coverage: $(READY) ## the tests once more, counting which lines and branches they reach
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n $(WORKERS) --dist worksteal $(ARGS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

mutants: $(READY) ## 400 seeded mutants of dataset, evaluation, runs and jobs against the tests that reach them (hours; after make coverage)
	$(BIN)/python -m tests.mutants $(ARGS)

watch: $(READY) ## watch the main job being done by keys alone, in this terminal
	$(BIN)/python -m tests.e2e.session --watch $(ARGS)

check: $(READY) ## format, lint, types, import contracts, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy sample_data/*.py
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(READY) ## format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pages: $(READY) ## draw the pages of docs/ that come from the code: cli.md, keys.md, the glossary's metrics
	$(BIN)/python -m docs.pages

screenshots: $(READY) ## draw the pictures of docs/ (needs rsvg-convert for the PNGs)
	$(BIN)/python docs/screenshots.py

cast: $(READY) ## record the main job (needs rsvg-convert, ImageMagick's convert and DejaVu Sans Mono)
	$(BIN)/python -m docs.cast

figures: $(READY) ## measure the figures of docs/original-project.md anew (runs on the sample)
	$(BIN)/python -m docs.original_numbers $(ARGS)

sample: $(READY) ## generate sample_data/listens anew
	$(BIN)/python sample_data/generate.py

bench: $(READY) ## run the benchmarks (see benchmarks/README.md)
	$(BIN)/python -m benchmarks.run

lock: $(READY) ## resolve requirements.lock anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
	  --extra dev pyproject.toml --output-file requirements.lock

clean: ## remove what make made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
