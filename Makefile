# make demo   install and judge the files in examples/
# make test   install and run the tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-octoprint2 lint bench clean

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
.venv-octoprint: OCTOPRINT := OctoPrint>=1.11,<1.12
.venv-octoprint2: OCTOPRINT := OctoPrint==2.0.0rc7
.venv-octoprint .venv-octoprint2: printer_plugin/pyproject.toml
	test -x $@/bin/python || $(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt "$(OCTOPRINT)" "setuptools>=77,<82" wheel
	touch $@

demo: $(VENV)/base
	mkdir -p out
	$(BIN)/c3po classify examples --explain out/demo.png || test $$? -eq 1

test: $(VENV)/dev .venv-octoprint
	$(BIN)/python -m pytest -n 2 --dist loadfile

# The plugin's tests on OctoPrint 2.0 instead of 1.11.
test-octoprint2: $(VENV)/dev .venv-octoprint2
	C3PO_OCTOPRINT_PYTHON=.venv-octoprint2/bin/python $(BIN)/python -m pytest -n 2 --dist loadfile tests/plugin

lint: $(VENV)/dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

bench: $(VENV)/dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf build out .venv-octoprint .venv-octoprint2 $(VENV) .pytest_cache .mypy_cache .ruff_cache
