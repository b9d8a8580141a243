# make demo   install, read the example papers, ask three questions
# make test   everything that must hold: format, lint, types, import rules, tests
# make check  the same without installing
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := build/demo
PYTEST_JOBS ?= 2

.PHONY: demo test check lint clean
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	@rm -rf $(DEMO)
	$(BIN)/scholium ingest examples/papers --library $(DEMO)
	@while IFS= read -r question; do \
	  printf '\n$$ scholium ask "%s"\n' "$$question"; \
	  $(BIN)/scholium ask "$$question" --library $(DEMO) || exit 1; \
	done < examples/demo-questions.txt
	@printf '\nAsk your own: %s/scholium ask "..." --library %s\n' $(BIN) $(DEMO)

test: $(VENV)/installed-dev
	$(MAKE) check

check: lint
	$(BIN)/python -m pytest -n $(PYTEST_JOBS)

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Scholium needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Installing Scholium into $(VENV): some minutes, more than 2 GB ...'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,ocr]'
	touch $@

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
