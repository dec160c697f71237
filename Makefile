# Needs make and Python 3.11 or newer; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_LOCK := $(VENV)/.run.lock
DEV_LOCK := $(VENV)/.dev.lock

PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal --durations=12

# What `check --deploy` sees; no secret, nothing is reached.
PRODUCTION = SINOVIK_ENV=production SECRET_KEY=for-the-deployment-check-only-0123456789-abcdefghijklm-NOPQRSTUVWXYZ \
	ALLOWED_HOSTS=sinovik.invalid DATABASE_URL=postgres://sinovik@db.invalid/sinovik \
	EMAIL_URL=smtp://mail.invalid:25 SITE_ADDRESS=https://sinovik.invalid \
	SINOVIK_RECEIPT_KEY=b25seS1mb3ItdGhlLWRlcGxveW1lbnQtY2hlY2stMDE=

.PHONY: help demo demo-reset test coverage check check-style check-types check-django bench mutants fmt docs messages lock audit sbom

help:
	@echo "make demo        run SINOVIK with its demo world (PORT, SINOVIK_DEMO_PASSWORD, DATABASE_URL)"
	@echo "make demo-reset  forget the demo world, build it anew and run"
	@echo "make test        run every test on a database of its own"
	@echo "make coverage    run the tests of rules and see that they reach every branch of what decides"
	@echo "make check       format, lint, import contracts, types, migrations, deployment check"
	@echo "make bench       build a world of 3,478 entries in a cluster of its own, measure pages and chances"
	@echo "make mutants     change the rules of judging one place at a time; 90 % must fail a test (an hour)"
	@echo "make fmt         format the code"
	@echo "make docs        write docs/states.md, docs/permissions.md and docs/trust.md anew"
	@echo "make messages    collect every text for the English catalogue and compile it (needs GNU gettext)"
	@echo "make lock        resolve the dependencies anew"
	@echo "make audit       known vulnerabilities of what is delivered; needs the network"
	@echo "make sbom        write var/sbom.cdx.json, the bill of materials (CycloneDX)"

demo: $(RUN_LOCK)
	@$(BIN)/python manage.py demo

demo-reset: $(RUN_LOCK)
	@$(BIN)/python manage.py demo_reset
	@$(BIN)/python manage.py demo

test: $(DEV_LOCK)
	@$(PYTEST) tests/

# Apart, because tracing doubles the time of a test.
coverage: $(DEV_LOCK)
	@COVERAGE_FILE=$(VENV)/.coverage $(PYTEST) tests/unit/ tests/rules/ --cov --cov-report=term

check: check-style check-types check-django

check-style: $(DEV_LOCK)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

check-types: $(DEV_LOCK)
	$(BIN)/mypy

check-django: $(DEV_LOCK)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py write_docs --check

bench: $(RUN_LOCK)
	@$(BIN)/python -m bench

mutants: $(DEV_LOCK)
	@$(BIN)/python -m bench.mutants

fmt: $(DEV_LOCK)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(DEV_LOCK)
	$(BIN)/python manage.py write_docs
	$(BIN)/python -m bench.trust

# One text a line and no dates: the difference shows the texts and nothing else.
messages: $(DEV_LOCK)
	$(BIN)/python manage.py makemessages --locale en --add-location file --no-wrap --no-obsolete \
		--ignore .venv --ignore var --ignore node_modules --ignore tests
	sed -i '/^"POT-Creation-Date:/d' locale/en/LC_MESSAGES/django.po
	cd locale/en/LC_MESSAGES && msgfmt --check-format --output-file django.mo django.po

lock: $(DEV_LOCK)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-strip-extras pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-strip-extras pyproject.toml --group dev -c requirements.txt \
		-o requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m bench.supply.licences

audit: $(DEV_LOCK)
	@$(BIN)/python -m bench.supply.audit

sbom: $(DEV_LOCK)
	@mkdir -p var && $(BIN)/python -m bench.supply.sbom var/sbom.cdx.json

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)

# The development lock holds the run lock's versions too: what satisfies one satisfies both.
$(RUN_LOCK): requirements.txt | $(BIN)/python
	@echo "Installing the pinned packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV_LOCK): requirements-dev.txt | $(BIN)/python
	@echo "Installing the pinned packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
