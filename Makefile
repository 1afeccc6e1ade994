# The developer's commands; continuous integration runs the same ones (.ci/run).
# A fresh Debian 12 needs only: apt install git make python3-venv

PYTHON3 ?= python3
VENV := .venv
PYTHON := $(VENV)/bin/python
DEMO := demo/moscow-2023

# uv where it is there and works, else pip. Bytecode is compiled at installation even where PYTHONDONTWRITEBYTECODE
# is set: it decides how fast a command starts.
UV = uv pip install --quiet --compile-bytecode --python $(PYTHON) --editable
PIP = $(PYTHON) -m pip install --quiet --disable-pip-version-check --compile --editable
INSTALL = if uv --version >/dev/null 2>&1 && $(UV) "$(1)"; then :; else echo "Using pip ..."; $(PIP) "$(1)"; fi
COMPILE = $(PYTHON) -m compileall -q src

.PHONY: help install demo test check check-js format bench docs pictures clean

help:
	@echo "make demo      play the reported Moscow deployment and write its report"
	@echo "make test      run the tests"
	@echo "make check     format, lint, types, floors; of the viewer's JavaScript, too, where there is node"
	@echo "make format    put files into the house's format"
	@echo "make bench     run the benchmarks"
	@echo "make docs      regenerate the generated pages of docs/"
	@echo "make pictures  take the pictures that README.md and docs/ show (needs chromium)"
	@echo "make clean     remove what the other targets made"

$(PYTHON):
	@$(PYTHON3) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 cannot make an environment; on Debian: apt install python3-venv" >&2; exit 1; }

# Stamps: nothing is installed again until pyproject.toml changes.
$(VENV)/.installed: pyproject.toml | $(PYTHON)
	@echo "Installing Bartizan into $(VENV) ..."
	@$(call INSTALL,.)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(PYTHON)
	@echo "Installing Bartizan and its tools into $(VENV) ..."
	@$(call INSTALL,.[dev])
	@touch $(VENV)/.installed $@

install: $(VENV)/.installed

demo: $(VENV)/.installed
	@$(COMPILE)
	$(VENV)/bin/bartizan run moscow-2023 --out $(DEMO) --fresh
	$(VENV)/bin/bartizan report $(DEMO) --out $(DEMO)/report.html
	@echo "The report: file://$(CURDIR)/$(DEMO)/report.html"

test: $(VENV)/.installed-dev
	@$(COMPILE)
	$(PYTHON) -m pytest -n auto

check: $(VENV)/.installed-dev check-js
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

# The viewer's JavaScript ships as it is written: node only checks it. NODE is empty where there is none.
NODE := $(shell command -v node >/dev/null && command -v npm >/dev/null && echo node)
JS := tools/viewer

$(JS)/node_modules/.installed: $(JS)/package.json $(JS)/package-lock.json
	@cd $(JS) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

ifeq ($(NODE),)
check-js:
	@echo "The viewer's JavaScript is not checked: there is no node (on Debian: apt install nodejs npm)"
else
check-js: $(JS)/node_modules/.installed
	npm run --silent --prefix $(JS) check
endif

format: $(VENV)/.installed-dev $(if $(NODE),$(JS)/node_modules/.installed)
	$(VENV)/bin/ruff format
	$(VENV)/bin/ruff check --fix
	$(if $(NODE),npm run --silent --prefix $(JS) format)

bench: $(VENV)/.installed-dev
	@$(COMPILE)
	$(PYTHON) benchmarks/run.py
	$(PYTHON) benchmarks/sight.py
	$(PYTHON) benchmarks/skylines.py
	$(PYTHON) benchmarks/whatif.py
	$(PYTHON) benchmarks/viewer.py

docs: $(VENV)/.installed
	$(PYTHON) tools/make_reference.py
	$(PYTHON) tools/make_tested.py

pictures: demo $(VENV)/.installed-dev
	@mkdir -p docs/pictures
	$(VENV)/bin/bartizan coverage vologda:street --reach 10 --altitude 30,60,120 --out demo/coverage
	cp demo/coverage/coverage.png docs/pictures/coverage.png
	$(PYTHON) tools/make_picture.py $(DEMO)/report.html docs/pictures/report.png
	$(PYTHON) tools/make_viewer_pictures.py $(DEMO) docs/pictures

clean:
	rm -rf $(VENV) demo results site build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf $(JS)/node_modules
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
