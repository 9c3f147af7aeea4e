# `make app` and `make test` do all the set-up on a fresh machine; the second time they start at once.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

.PHONY: app test lint types unit browser-ready clean

app: $(READY)
	@exec $(BIN)/streamlit run app/main.py

test: lint types unit

lint: $(READY_DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY_DEV)
	@$(BIN)/mypy

unit: $(READY_DEV) browser-ready
	@$(BIN)/python -m pytest

# A browser is used where there is one. As root in CI Debian's is installed; elsewhere browser tests are skipped
# and say how to enable them.
browser-ready:
	@if [ "$$CI" = "true" ] && [ "$$(id -u)" = "0" ] && command -v apt-get >/dev/null \
	  && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null \
	  && ! command -v google-chrome >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  apt-get update -q >/dev/null && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	fi

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) found; install Python 3.11 or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(READY): requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the app needs (once; a few minutes on a fresh machine)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(READY_DEV): requirements-dev.txt requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need (once; a few minutes on a fresh machine)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(READY)

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build *.egg-info
