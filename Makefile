# The two commands of the README are `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Stamps of what is installed: the lean base, TensorFlow and Keras with it, or all that tests and checks need; and the program.
BASE := $(VENV)/.base
NEURAL := $(VENV)/.neural
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
# Spark is added to any of these, and stays with it.
SPARK := $(VENV)/.spark
STAMPS := $(LOCKED) $(NEURAL) $(BASE)
# Other libraries, which tests compare with: they want older versions of what we use, and live apart.
PEERS := .peers/.locked
# An environment keeps what it has: `make run` in one that has all for the tests brings all of it up to date.
LEAST := $(firstword $(wildcard $(LOCKED) $(NEURAL)) $(BASE))
LEAST_NEURAL := $(firstword $(wildcard $(LOCKED)) $(NEURAL))
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
comma := ,
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# Four workers for the two cores that the smallest machine has: tests of screens wait for half of their time.
WORKERS ?= 4
# pytest rewrites the asserts of 400 files: once for each version of a file, not once for each worker and run.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help run neural spark test peers pictures pages docs test-slow soak coverage mutants watch check format screenshots cast figures sample bench lock clean
.NOTPARALLEL:

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# $(call install,LOCK,SENTENCE): into the environment. The stamps are removed first and one is written last, so that
# an installation that was interrupted is done again, in a new environment; and so is one whose Python is gone.
define install
@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 15) else "musicrec-tui needs Python 3.11 to 3.14, and $(PYTHON) is %d.%d: run make again with PYTHON=python3.12, say." % v[:2])'
@echo "Setting up $(VENV): $(2)"
@found=; for stamp in $(STAMPS); do [ -e $$stamp ] && found=1; done; \
  [ -n "$$found" ] && $(BIN)/python -c "" 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
@rm -f $(STAMPS) $(READY)
@$(PIP) install --require-hashes -r $(1)
@touch $@
endef

$(BASE): requirements.lock
	$(call install,$<,some 150 MB are downloaded once$(comma) and take 580 MB on disk.)

$(NEURAL): requirements-neural.lock
	$(call install,$<,TensorFlow is added: some 615 MB are downloaded once$(comma) and take 2.0 GB on disk.)

$(LOCKED): requirements-dev.lock
	$(call install,$<,all that tests and checks need: some 920 MB are downloaded once$(comma) TensorFlow most of it$(comma) and take 3.1 GB on disk.)

$(READY): pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

run: $(LEAST) $(READY) ## set up what is missing, then open the embedded sample
	@MUSICREC_DATA="$${MUSICREC_DATA:-$(CURDIR)/sample_data/listens}" $(BIN)/musicrec-tui $(ARGS)

neural: $(LEAST_NEURAL) $(READY) ## add TensorFlow and Keras (the extra `neural`): large networks of NCF, and Mult-VAE
	@$(BIN)/python -c "from musicrec_tui.recommenders import neural; assert neural.installed()"
	@echo "TensorFlow and Keras are installed."

# pyspark is a source package, and what builds it is locked, too: hence two steps.
$(SPARK): requirements-spark.lock | $(LEAST)
	@echo "Setting up $(VENV): Apache Spark is added: some 480 MB are downloaded once, and take 560 MB on disk."
	@rm -f $@
	@awk '/^[^ ]/ { builds = /^(setuptools|wheel)==/ } builds' $< > $(VENV)/spark-build.lock
	@$(PIP) install --require-hashes -r $(VENV)/spark-build.lock
	@$(PIP) install --require-hashes --no-build-isolation -r $<
	@touch $@

spark: $(LEAST) $(SPARK) $(READY) ## add Apache Spark (the extra `spark`), which needs Java 17 or later: training on a cluster
	@$(BIN)/python -c "from musicrec_tui.spark import needs; print(needs.missing() or 'Spark and Java are installed.')"

test: $(LOCKED) $(READY) ## set up what is missing, then run the tests (minutes)
	$(PYTEST) -n $(WORKERS) --dist worksteal $(ARGS)

# LensKit 0.14 is the last that needs no PyTorch, and its Numba needs Python 3.11: elsewhere the comparison is left out.
$(PEERS): requirements-peers.lock
	@rm -f $@
	@mkdir -p $(@D)
	@if $(PYTHON) -c 'import sys; sys.exit(sys.version_info >= (3, 12))'; then \
	  echo "Setting up $(@D): RecTools, LensKit and ranx; some 170 MB are downloaded once, and take 700 MB on disk."; \
	  $(PYTHON) -m venv --clear $(@D) && \
	  $(@D)/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r $<; \
	else echo "Left out: RecTools, LensKit and ranx in these versions need Python 3.11."; fi
	@touch $@

peers: $(PEERS) ## add the libraries that `make test-slow` compares with, in an environment of their own

pictures: $(LOCKED) $(READY) ## draw the snapshots of all screens anew, after a wanted change (then look at them)
	$(BIN)/python -m pytest tests/tui/test_*_snapshots.py --snapshot-update $(ARGS)

test-slow: $(LOCKED) $(READY) $(PEERS) ## the tests that need many minutes or more than a fresh machine has
	$(PYTEST) -m slow --timeout 1200 $(ARGS)

soak: $(LOCKED) $(READY) ## faults of every kind, all that can be counted, then random keys for three minutes (half an hour; ARGS="--seed 7")
	$(BIN)/python -m tests.faults --full $(ARGS)
	$(BIN)/python -m tests.faults native --full $(ARGS)
	$(BIN)/python -m tests.e2e.soak $(ARGS)

coverage: $(LOCKED) $(READY) ## the tests once more, counting which lines and branches they reach
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -p tests.reach -n $(WORKERS) --dist worksteal $(ARGS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

mutants: $(LOCKED) $(READY) ## 400 seeded mutants of dataset, evaluation, runs and jobs against the tests that reach them (hours; after make coverage)
	$(BIN)/python -m tests.mutants $(ARGS)

watch: $(LOCKED) $(READY) ## watch the main job being done by keys alone, in this terminal
	$(BIN)/python -m tests.e2e.session --watch $(ARGS)

check: $(LOCKED) $(READY) ## format, lint, types, import contracts, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy sample_data/*.py
	$(BIN)/mypy -p docs
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(LOCKED) $(READY) ## format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pages: $(LOCKED) $(READY) ## draw the pages of docs/ that come from the code: commands, keys, settings, models, metrics
	$(BIN)/python -m docs.pages

docs: pages ## build docs/ as a site, strict about links: build/site/index.html
	$(BIN)/zensical build --strict --clean
	@echo "Open build/site/index.html in a browser; no server is needed."

screenshots: $(LOCKED) $(READY) ## draw the pictures of docs/ (needs rsvg-convert for the PNGs)
	$(BIN)/python docs/screenshots.py

cast: $(LOCKED) $(READY) ## record the main job (needs rsvg-convert, ImageMagick's convert and DejaVu Sans Mono)
	$(BIN)/python -m docs.cast

figures: $(LOCKED) $(READY) ## measure the figures of docs/original-project.md anew (runs on the sample)
	$(BIN)/python -m docs.original_numbers $(ARGS)

sample: $(LOCKED) $(READY) ## generate sample_data/listens anew
	$(BIN)/python sample_data/generate.py

bench: $(LOCKED) $(READY) ## run the benchmarks (see benchmarks/README.md)
	$(BIN)/python -m benchmarks.run

lock: ## resolve the locks, the first four with the same versions (needs uv; ARGS=--upgrade takes the newest)
	$(COMPILE) $(ARGS) --extra dev pyproject.toml --output-file requirements-dev.lock
	for extras in "" neural; do \
	  cp requirements-dev.lock requirements$${extras:+-$$extras}.lock; \
	  $(COMPILE) --extra build $${extras:+--extra $$extras} pyproject.toml --output-file requirements$${extras:+-$$extras}.lock; \
	done
	cp requirements-dev.lock requirements-spark.lock
	$(COMPILE) --extra build --extra spark --extra spark-build pyproject.toml --output-file requirements-spark.lock
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["peers"], sep="\n")' | \
	  $(filter-out --universal,$(COMPILE)) $(ARGS) - --output-file requirements-peers.lock

clean: ## remove what make made
	rm -rf $(VENV) .peers build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .cache
