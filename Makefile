# make up · test: the two commands. Everything else serves them.
PYTHON ?= python3
PY := .venv/bin/python
STAMP := .venv/.ready

.PHONY: setup up test test-long check bench documents lock clean

setup: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Evenborn needs Python 3.11 or newer; set PYTHON=python3.11")'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo "Installing into .venv/ (once) …" >&2
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r requirements-dev.txt
	@printf '#!/bin/sh\nexec "%s/$(PY)" -m services.console.main "$$@"\n' "$(CURDIR)" > .venv/bin/evenborn && chmod +x .venv/bin/evenborn
	@printf '%s\n' "$(CURDIR)" > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/evenborn.pth"
	@touch $@

up: setup
	@$(PY) -m services.console.main up $(ARGS)

test: setup
	@$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

test-long: setup
	@$(PY) -m pytest -m long

check: setup
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(PY) -m pytest -n 2 tests/births/domain tests/pregnancy_tracking/domain --cov --cov-report=term:skip-covered

bench: setup
	@$(PY) -m tests.bench $(if $(QUICK),--quick)

documents: setup
	@$(PY) -m tests.contracts.write

lock:
	@.venv/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header -o requirements.txt requirements.in
	@.venv/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header -o requirements-dev.txt requirements-dev.in

clean:
	rm -rf .venv build .evenborn
