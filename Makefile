# Two commands on a fresh machine: `make run` and `make test`. Everything they need goes into .venv.
.PHONY: run setup test test-long lint demo clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EXTRAS := dev,e2e

run: $(STAMP)
	$(BIN)/expert-pool demo --serve

setup: $(STAMP)

# uv is ten times faster; pip is the fallback where only pip knows the way to the package index.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本：make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv -c constraints.txt
	$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -e '.[$(EXTRAS)]' -c constraints.txt \
		|| $(BIN)/python -m pip install -q -e '.[$(EXTRAS)]' -c constraints.txt
	# Compile the search once (half a minute); without it the first solve would do so beside its search.
	$(BIN)/python -m assignment.core.solver.kernel.warm
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

demo: $(STAMP)
	$(BIN)/expert-pool demo

clean:
	rm -rf $(VENV) var out
