# The two commands of the README, and the few that keep the project. Needs Python 3.11 or later and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled modules are kept: without them, every command would compile all of boto3 again.
unexport PYTHONDONTWRITEBYTECODE
# What a person set for other programs: a Python or modules that are not this checkout's, tests without assertions,
# places where pip would install instead of in .venv, and constraints of other projects for uv: those have no hashes, and
# uv refuses them beside ours. UV_REQUIRE_HASHES would refuse this project itself, which has none.
unexport PYTHONHOME PYTHONPATH PYTHONOPTIMIZE PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON
unexport UV_CONSTRAINT UV_OVERRIDE UV_REQUIRE_HASHES
export PIP_USER := 0
# Quiet where nobody watches: uv draws progress bars on a terminal only.
UV := $(BIN)/uv
# uv and others keep what they download below HOME. If that cannot be written, or is not known, the checkout serves.
ifneq ($(shell cache="$${XDG_CACHE_HOME:-$$HOME/.cache}/uv"; test -n "$$HOME" && mkdir -p "$$cache" 2>/dev/null && \
	test -w "$$cache" && echo yes),yes)
export HOME := $(CURDIR)/build/home
unexport XDG_CACHE_HOME XDG_DATA_HOME
endif
PIP_COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-annotate

.PHONY: demo test lint test-localstack night static browser messages mutants permissions struck schema wheel image install \
	install-dev bench lock clean

demo: install ## Run the sample invoices through the pipeline on this machine.
	@$(BIN)/notas demo --cloud embedded || [ $$? -eq 1 ]  # Some samples are refused on purpose, which is exit code 1.

test: install-dev ## Unit and end-to-end tests, in parallel, on the embedded cloud.
	@$(BIN)/python -m fixtures.browsers || true  # Without one, the tests of the page are skipped; in CI they fail.
	@$(BIN)/pytest -n auto --cloud embedded

lint: install-dev ## Style, types, and the template as CloudFormation will read it.
	@$(BIN)/tox run -e lint,types

static: install-dev ## What is known to be wrong: checkov on template, images and workflow, pip-audit on what is pinned.
	@$(BIN)/tox run -e static,audit

browser: install-dev ## Get a browser for the tests of the page, if there is none: Playwright's, or as root Debian's.
	@$(BIN)/python -m fixtures.browsers

# Tests of the image that root builds are not for the published one, which anybody can pull.
test-localstack: install-dev ## The end-to-end tests on LocalStack in a container. As root on Debian, an engine is installed if none answers.
	@$(BIN)/python -m images.engine sh -c 'if [ "$$(id -u)" -eq 0 ]; \
		then $(BIN)/python -m images.localstack.build && $(BIN)/tox run -e localstack; \
		else $(BIN)/tox run -e localstack -- -m cloud; fi'

night: install-dev ## What takes hours: every test with new examples, faults taken out, permissions taken away, mutants.
	@$(BIN)/python -m fixtures.browsers
	@$(BIN)/tox run -e night,scarce,faultless,permissions,mutants

mutants: install-dev ## Does the suite find what is broken? Every mutant of the catalogue, three seeds each; hours.
	@$(BIN)/tox run -e mutants -- --table docs/mutants.md

permissions: install-dev ## Is every permission of the template needed? Takes each away in turn; minutes.
	@$(BIN)/tox run -e permissions -- --table docs/permissions.md

struck: install-dev ## Faults of every kind, drawn for an hour or two while uploads come at once; a table of what struck.
	@$(BIN)/tox run -e struck -- --table docs/strikes.md

schema: install ## Write docs/nota.schema.json, the JSON Schema of invoices.
	@$(BIN)/notas schema > docs/nota.schema.json

messages: install-dev ## Bring the Portuguese catalogue up to date with what is said in English, and compile it.
	@$(BIN)/python -m translations

wheel: $(VENV)/.installed ## Build dist/notas-*.whl, to install anywhere, and dist/pytest_aws_stack-*.whl, the testbed for any stack.
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist aws_stack
	@ls dist/*.whl

image: install-dev ## Build the LocalStack image from Debian, PyPI and Maven Central.
	@$(BIN)/python -m images.engine $(BIN)/python -m images.localstack.build

bench: install-dev ## Speed and memory, the bill, and simpler ways beside; 10 minutes or more.
	@$(BIN)/tox run -e bench

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(UV): requirements/bootstrap.txt requirements/bootstrap.py
	@echo "Creating $(VENV) …"
	@$(PYTHON) requirements/bootstrap.py $(VENV) requirements/bootstrap.txt
	@touch $@

$(VENV)/.installed: $(UV) requirements/notas.txt pyproject.toml
	@echo "Installing what notas runs on …"
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/notas.txt
	@# MiniStack is nearly half of what Python has to compile: here on all cores, at its first start on one.
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib/python*/site-packages/ministack & \
		$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . && wait
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@echo "Installing what the tests run on …"
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

lock: $(UV) ## Pin the newest versions of everything, with hashes.
	$(PIP_COMPILE) --upgrade pyproject.toml --group build -o requirements/notas.txt
	$(PIP_COMPILE) --upgrade pipeline/functions/requirements.in -c requirements/notas.txt -o pipeline/functions/requirements.txt
	$(PIP_COMPILE) --upgrade pyproject.toml --group build --group dev -c requirements/notas.txt -o requirements/dev.txt
	$(PIP_COMPILE) --upgrade --group pyproject.toml:static -o requirements/static.txt
	@grep -A 100 '^uv==' requirements/notas.txt | awk 'NR > 1 && /^[a-z]/ { exit } { print }' > requirements/bootstrap.txt
	@grep -A 100 '^pyyaml==' requirements/dev.txt | awk 'NR > 1 && /^[a-z]/ { exit } { print }' > examples/upload/src/requirements.txt

clean: ## Remove what the other commands made.
	rm -rf $(VENV) .tox .cache .hypothesis .pytest_cache build dist
