# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help run setup test check bench browser

help:            ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: setup       ## install, fill the sample archive, open the chat at http://127.0.0.1:7860
	$(BIN)/python app.py

setup: $(READY)  ## virtual environment with everything the product and its tests need

# torch first and exactly: the CPU build; anything looser pulls gigabytes of CUDA packages.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

check: setup     ## lint, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser:         ## a browser and a Chinese font for the browser test (Debian, as root)
	@bash tests/browser.sh

test: check browser  ## everything: check, then all tests, the browser test included
	$(BIN)/python -m pytest

bench: setup     ## the known questions on the sample page, and the speed of the encoder
	$(BIN)/python -m bench.questions
	$(BIN)/python -m bench.encode
