# Two commands on a fresh machine: `make run` and `make test`. Everything they need goes into .venv.
.PHONY: run setup test test-long lint demo clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What the program needs, what its tests and checks need besides, and the search compiled.
READY := $(VENV)/.ready
TOOLS := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
# Engines of one's own for production, where wanted: make setup EXTRAS=postgres,dask
EXTRAS :=
# Where Python is told to keep no compiled modules, every solver process and every test process would compile all of ours anew.
unexport PYTHONDONTWRITEBYTECODE

run: $(COMPILED)
	$(BIN)/expert-pool demo --serve

setup: $(COMPILED)

# uv is ten times faster; pip is the fallback where only pip knows the way to the package index.
comma := ,
define install
	$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -e '.[$(1)]' -c constraints.txt \
		|| $(BIN)/python -m pip install -q -e '.[$(1)]' -c constraints.txt
endef

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本：make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv -c constraints.txt
	$(call install,$(EXTRAS))
	touch $(READY)

$(TOOLS): $(READY)
	$(call install,dev$(comma)e2e)
	touch $(TOOLS)

# Compile the search once (some three minutes of processor time, shared by two processes) and after each change; without it the first solve would do so beside its search.
$(COMPILED): $(READY) $(wildcard assignment/solver/kernel/*.py assignment/solver/columns/*.py assignment/solver/prices/*.py)
	$(BIN)/python -m assignment.solver.kernel.warm
	touch $(COMPILED)

# Three processes on two cores: a test often waits for a browser or a search in a child.
test: $(TOOLS) $(COMPILED)
	$(BIN)/python -m pytest -n 3 --dist worksteal

test-long: $(TOOLS) $(COMPILED)
	$(BIN)/python -m pytest -n 3 --dist worksteal -m long

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check api
	$(BIN)/mypy
	$(BIN)/lint-imports

demo: $(COMPILED)
	$(BIN)/expert-pool demo

clean:
	rm -rf $(VENV) var out
