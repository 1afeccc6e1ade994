# The developer's commands; continuous integration runs the same ones (.ci/run).
# A fresh Debian 12 needs only: apt install git make python3-venv

PYTHON3 ?= python3
VENV := .venv
PYTHON := $(VENV)/bin/python
DEMO := demo/moscow-2023

# What is installed and how is in tools/install.py: from the lock where it covers this Python, with uv or pip.
INSTALL = $(PYTHON) tools/install.py
# Warnings are errors under the lock only: other versions warn of what they will change.
WARNINGS = $(shell test -e $(VENV)/.locked && echo "-W error")
EXPORT = uv export --quiet --frozen --no-emit-project --no-header --no-annotate --format requirements.txt
COMPILE = $(PYTHON) -m compileall -q src

LOCK := requirements.lock requirements-dev.lock
# A test of other versions has an environment of its own: .venv-lowest, .venv-newest-3.13.
# PART="tests/world tests/studies/test_store.py" chooses; without it the whole suite runs.
PART ?=
PYTHONS ?= $(foreach version,3.12 3.13 3.14,$(shell tools/python.sh $(version)))

.PHONY: help install demo test test-lowest test-newest check check-js format fuzz bench docs site notebooks pictures clean
.PHONY: readers lock wheelhouse offline sbom image

help:
	@echo "make demo      play the reported Moscow deployment and write its report"
	@echo "make test      run the tests"
	@echo "make test-lowest  run the tests, or PART of them, with the lowest versions that pyproject.toml allows"
	@echo "make test-newest  the same with the newest of everything, on each Python that is here"
	@echo "make readers   other people's readers of our files, for the tests that ask them"
	@echo "make lock      resolve anew: uv.lock and the two files exported from it (needs uv)"
	@echo "make wheelhouse   all wheels of the lock in one folder, for machines with no network"
	@echo "make offline   install from wheelhouse/, with no network"
	@echo "make sbom      the bill of materials, CycloneDX (needs uv)"
	@echo "make image     a container image (needs docker)"
	@echo "make check     format, lint, types, floors; of the viewer's JavaScript, too, where there is node"
	@echo "make format    put files into the house's format"
	@echo "make fuzz      odd inputs: scenarios, files, summaries, requests; the same trials each time (MINUTES=10 or COUNT=1000 for more)"
	@echo "make bench     run the benchmarks"
	@echo "make docs      regenerate the generated pages of docs/"
	@echo "make site      the pages of docs/ as a site, with no network: this version beside those built before"
	@echo "make notebooks  run the notebooks of docs/ and keep what they show"
	@echo "make pictures  take the pictures that README.md and docs/ show (needs chromium)"
	@echo "make clean     remove what the other targets made"

$(PYTHON):
	@$(PYTHON3) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 cannot make an environment; on Debian: apt install python3-venv" >&2; exit 1; }

# Stamps: nothing is installed again until pyproject.toml or the lock changes.
$(VENV)/.installed: pyproject.toml $(LOCK) tools/install.py | $(PYTHON)
	@echo "Installing Bartizan into $(VENV) ..."
	@$(INSTALL)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(LOCK) tools/install.py | $(PYTHON)
	@echo "Installing Bartizan and its tools into $(VENV) ..."
	@$(INSTALL) --dev
	@touch $(VENV)/.installed $@

install: $(VENV)/.installed

demo: $(VENV)/.installed
	@$(COMPILE)
	$(VENV)/bin/bartizan run moscow-2023 --out $(DEMO) --fresh
	$(VENV)/bin/bartizan report $(DEMO) --out $(DEMO)/report.html
	@echo "The report: file://$(CURDIR)/$(DEMO)/report.html"

test: $(VENV)/.installed-dev
	@$(COMPILE)
	$(PYTHON) -m pytest -n auto $(WARNINGS) $(PART)

test-lowest: | $(PYTHON)
	@rm -rf .venv-lowest
	@$(PYTHON3) -m venv .venv-lowest
	@.venv-lowest/bin/python tools/install.py --dev --versions lowest
	.venv-lowest/bin/python -m pytest -n auto $(PART)

test-newest:
	@for python in $(PYTHON3) $(PYTHONS); do \
	  echo "newest, $$($$python --version)"; \
	  rm -rf .venv-newest && $$python -m venv .venv-newest && \
	  .venv-newest/bin/python tools/install.py --dev --versions newest && \
	  .venv-newest/bin/python -m pytest -n auto $(PART) || exit 1; \
	done

readers: $(PYTHON)
	$(PYTHON) -m pip install --quiet --no-deps --target .readers --upgrade --requirement tools/readers.txt
	$(PYTHON) -m pip install --quiet --no-deps --target .readers/libasterix --upgrade libasterix==0.36.3

lock:
	uv lock --upgrade
	$(EXPORT) --output-file requirements.lock
	$(EXPORT) --all-extras --output-file requirements-dev.lock

wheelhouse: $(VENV)/.installed
	@rm -rf wheelhouse
	$(PYTHON) -m pip download --quiet --only-binary :all: --require-hashes --requirement requirements-dev.lock --dest wheelhouse
	$(PYTHON) -m pip wheel --quiet --no-deps --wheel-dir wheelhouse .
	@du -sh wheelhouse

offline: | $(PYTHON)
	@$(INSTALL) --wheels wheelhouse

sbom:
	@mkdir -p dist
	uv export --quiet --frozen --format cyclonedx1.5 --output-file dist/bartizan.cdx.json
	@echo "dist/bartizan.cdx.json"

image:
	docker build --tag bartizan .

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

fuzz: $(VENV)/.installed-dev
	$(PYTHON) -m tools.fuzz $(if $(MINUTES),--minutes $(MINUTES)) $(if $(COUNT),--count $(COUNT)) --seed $(or $(SEED),0)

bench: $(VENV)/.installed-dev
	@$(COMPILE)
	$(PYTHON) benchmarks/run.py
	$(PYTHON) benchmarks/sight.py
	$(PYTHON) benchmarks/skylines.py
	$(PYTHON) benchmarks/whatif.py
	$(PYTHON) benchmarks/turns.py
	$(PYTHON) benchmarks/viewer.py

notebooks: $(VENV)/.installed-dev
	$(PYTHON) tools/run_notebook.py

docs: $(VENV)/.installed
	$(PYTHON) -m tools.make_reference
	$(PYTHON) tools/make_verification_page.py
	$(PYTHON) tools/make_man.py

site: $(VENV)/.installed-dev
	$(PYTHON) tools/make_site.py

pictures: demo $(VENV)/.installed-dev
	@mkdir -p docs/pictures
	$(VENV)/bin/bartizan coverage vologda:street --reach 10 --altitude 30,60,120 --out demo/coverage
	cp demo/coverage/coverage.png docs/pictures/coverage.png
	for name in public-event airport airport:weapons-free; do \
	  $(VENV)/bin/bartizan run $$name --worlds 128 --raids 24 --out demo/$${name#*:} --fresh \
	  && $(VENV)/bin/bartizan report demo/$${name#*:} --out demo/$${name#*:}/report.html || exit 1; \
	done
	$(PYTHON) tools/make_picture.py $(DEMO)/report.html docs/pictures/report.png
	$(PYTHON) tools/make_picture.py demo/public-event/report.html docs/pictures/event-report.png costs
	$(PYTHON) tools/make_picture.py demo/airport/report.html docs/pictures/airport-report.png neutrals
	$(PYTHON) tools/make_viewer_pictures.py $(DEMO) demo/public-event demo/weapons-free docs/pictures

clean:
	rm -rf $(VENV) .readers .venv-lowest .venv-newest wheelhouse $(JS)/node_modules demo results site build dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
