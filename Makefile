# make demo   install and judge the files in examples/
# make test   install and run the tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint bench clean

$(VENV)/base: pyproject.toml CMakeLists.txt constraints.txt $(shell find c3po/_core -name '*.[ch]pp')
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	$(PIP) "scikit-build-core>=0.10" "nanobind>=2.4" "cmake>=3.26" "ninja>=1.11" "setuptools>=77" wheel  # the last two: euclid3, of pygcode, has no wheel
	$(PIP) --no-build-isolation -e .
	touch $@

$(VENV)/dev: $(VENV)/base
	$(PIP) --no-build-isolation -e ".[dev]"
	touch $@

# A real OctoPrint for the plugin's tests, apart from our own packages as on a print server.
.venv-octoprint: printer_plugin/pyproject.toml
	test -x $@/bin/python || $(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt "OctoPrint>=1.11,<1.12" "setuptools>=77,<82" wheel
	touch $@

demo: $(VENV)/base
	mkdir -p out
	$(BIN)/c3po classify examples --explain out/demo.png || test $$? -eq 1

test: $(VENV)/dev .venv-octoprint
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

bench: $(VENV)/dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf build out .venv-octoprint $(VENV) .pytest_cache .mypy_cache .ruff_cache
