# `make demo` and `make test` each work as the first and only command on a fresh clone.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
# Where pip looks for torch besides PyPI; set it to https://download.pytorch.org/whl/cpu for the small build without CUDA.
TORCH_INDEX ?=

BIN := .venv/bin
STAMP := .venv/.installed

# Nothing here reaches out on its own: models are local, and no tool reports what it was used for.
export HF_HUB_OFFLINE := 1
export HF_HUB_DISABLE_TELEMETRY := 1
export MLFLOW_DISABLE_TELEMETRY := true
export DVC_NO_ANALYTICS := 1
export TOKENIZERS_PARALLELISM := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NO_MKDOCS_2_WARNING := 1

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(STAMP)  ## Create .venv with everything needed to work on the project (2.5 GB)

$(STAMP): pyproject.toml constraints.txt scripts/install_system_packages.sh
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $(PYTHON) is older than Python 3.11; name another: make setup PYTHON=python3.12" >&2; exit 2; }
	scripts/install_system_packages.sh
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@# torch first and alone: the only dependency whose build differs between machines.
	$(BIN)/pip install --quiet --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[lab,ocr,dev]'
	@touch $@

.PHONY: demo
demo: setup  ## Learn from a dozen suppliers' corrected invoices and show what it brought
	$(BIN)/python scripts/demo.py

.PHONY: base
base: setup  ## Train the model that ships once more, from nothing, into runs/base-bundle (an hour)
	$(BIN)/fakta train configs/base.yaml
	$(BIN)/fakta export runs/base --out runs/base-bundle --name base
	$(BIN)/fakta fit configs/scorer.yaml --model runs/base-bundle
	$(MAKE) thresholds BUNDLE=runs/base-bundle

BUNDLE ?= src/fakta/models/base
# What the thresholds of the bundle that ships are tuned on: page designs that the model has not seen, suppliers with house
# words, and scans. None of it is the second group of designs, which only measures.
TUNING := data/tuning
.PHONY: thresholds
thresholds: setup  ## Tune the thresholds of the bundle that ships on invented invoices, or of BUNDLE (half an hour)
	rm -rf $(TUNING)
	$(BIN)/fakta synth configs/families.yaml --set seed=31 --count 1500 --out $(TUNING)/designs
	$(BIN)/fakta synth configs/synth.yaml --set seed=32 --set profile=demo --set suppliers=150 --count 1200 --out $(TUNING)/house-words
	$(BIN)/fakta synth configs/families.yaml --set seed=14 --scan office --count 70 --out $(TUNING)/office
	$(BIN)/fakta synth configs/families.yaml --set seed=15 --scan phone --count 60 --out $(TUNING)/phone
	$(BIN)/fakta tune $(BUNDLE) $(addprefix --on $(TUNING)/,designs house-words office phone) --workers 2 --no-track

.PHONY: benchmarks
benchmarks: setup  ## Make the documents of the benchmark set that ships anew; gives the same files
	rm -rf build/benchmarks
	$(BIN)/fakta synth benchmarks/invoices/synth.yaml --out build/benchmarks/invoices
	rm -rf benchmarks/invoices/documents
	mv build/benchmarks/invoices/{documents,truth.jsonl} benchmarks/invoices/

.PHONY: test
test: check  ## Run the linters, then all tests with coverage, on all cores
	@# One thread in each process: torch's own would wait for each other on cores that are taken.
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses=auto --dist=loadfile --cov --cov-report=term

.PHONY: check
check: setup  ## Run the linters only; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell
	$(BIN)/python scripts/check_file_length.py
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

.PHONY: fix
fix: setup  ## Format the code and mend what linters can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: api
api: setup  ## Write the reference of the public interface to build/api
	$(BIN)/python scripts/api_reference.py build/api

.PHONY: docs
docs: setup  ## Build the documentation site, the API reference included, in build/docs
	$(BIN)/python -m mkdocs build --quiet
	@echo "build/docs/index.html"

.PHONY: reference
reference: setup  ## Write the generated pages of docs/ anew: command line, configuration, extraction
	$(BIN)/python -m scripts.cli_reference
	$(BIN)/python -m scripts.configuration_reference
	$(BIN)/python -m scripts.extraction_schema

.PHONY: clean
clean:  ## Remove caches and build results; keeps .venv, data/ and runs/
	rm -rf build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
