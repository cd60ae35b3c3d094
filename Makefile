# Every target sets up what it needs in .venv, from the locks; see .ci/setup.
# SLA_LEDGER_SCALE sets how long the long harnesses run: 0.1 here, 1 in CI, 10 in `make torture`.
export SLA_LEDGER_SCALE ?= 0.1
export PYTHON
BIN := .venv/bin
# The tests of a file stay together, so that what it sets up is set up once.
SIDE_BY_SIDE := --numprocesses 2 --dist loadfile

.PHONY: help setup setup-runtime demo test lint style types imports docs bench torture mutate lock

help:  ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup:
	@sh .ci/setup dev

setup-runtime:
	@sh .ci/setup runtime

demo: setup-runtime  ## a disputed incident: verdict, explanation and timeline, in under a minute
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo/run.sh

test: setup  ## all tests, on two cores
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

lint: style types imports  ## style, types and the directions of imports

style: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy

imports: setup
	@$(BIN)/lint-imports

docs: setup  ## what is generated: JSON Schemas, the CLI reference, parts of the client, tables of the documentation
	$(BIN)/python -m schemas.generate
	$(BIN)/python -m services.cli.reference
	$(BIN)/python -m services.api.openapi
	$(BIN)/python -m services.client_code
	$(BIN)/python -m docs.tables

bench: setup  ## the ratios of docs/benchmarks.md, measured on this machine
	$(BIN)/python -m benchmarks

torture: export SLA_LEDGER_SCALE = 10
torture: setup  ## all tests with ten times as many kills, histories and examples
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

mutate: setup  ## mutation testing of projections/: hours, never in CI
	$(BIN)/mutmut run
	$(BIN)/mutmut results

lock: setup  ## new versions into the locks, within the ranges of pyproject.toml
	@sh .ci/lock
