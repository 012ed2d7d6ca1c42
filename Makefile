# Two commands on a fresh machine: `make run` and `make test`. Everything they need goes into .venv.
.PHONY: run setup test test-long lint demo clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

run: $(STAMP)
	$(BIN)/expert-pool demo --serve

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip install -q --python $(BIN)/python -e '.[dev,e2e]' -c constraints.txt
	touch $(STAMP)

test: $(STAMP)
	$(BIN)/python -m pytest -n 2

test-long: $(STAMP)
	$(BIN)/python -m pytest -n 2 -m long

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) var out
