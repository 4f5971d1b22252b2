# make run    the whole journey on a demo newsroom, or on your feeds: make run FEEDS=my-feeds.toml
# make test   lint, format, types, import direction, tests
# make train  the French model anew: make train CORPORA=folder
# make train-stakes  the network that reads stakes anew
# make scores score the dev part of the gold, write docs/scores.md
# make blind  score the blind part once, totals only: make blind REASON="..."
# make clean  remove what the others made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPORA ?= ../shared/corpora
TRAINED := build/model

.DEFAULT_GOAL := help
.PHONY: help run test check train train-stakes scores blind clean

help:
	@sed -n 's/^# //p' Makefile

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: $(VENV)/installed
ifdef FEEDS
	$(BIN)/actionnariat run --feeds $(FEEDS)
else
	@mkdir -p var
	$(BIN)/actionnariat demo --db var/demo.db
endif

test: check
	$(BIN)/python -m pytest

check: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

train: $(VENV)/installed
	$(BIN)/python models/training/convert.py $(CORPORA) data $(TRAINED)
	OMP_NUM_THREADS=1 $(BIN)/python -m spacy train models/training/config.cfg --code models/training/components.py \
	  --output $(TRAINED) --paths.train $(TRAINED)/train.spacy --paths.dev $(TRAINED)/dev.spacy --paths.base $(TRAINED)/base
	$(BIN)/python models/training/package.py $(TRAINED)/model-best $(TRAINED)/fr_actionnariat
	$(BIN)/actionnariat evaluate data/gold/dev.jsonl --totals --model $(TRAINED)/fr_actionnariat
	@echo "To ship it: rm -r models/fr_actionnariat && cp -r $(TRAINED)/fr_actionnariat models/"

train-stakes: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	OMP_NUM_THREADS=1 $(BIN)/python models/training/stakes.py data/gold/train.jsonl data/gold/drills.jsonl data/gold/pages.jsonl \
	  --expressions data/gold/expressions.jsonl --out $(TRAINED)/stakes --model models/fr_actionnariat
	@echo "To ship it: cp $(TRAINED)/stakes/* models/stakes/"
	@echo "            && $(BIN)/python models/training/calibrate.py models/stakes data/gold/dev.jsonl data/gold/dev_pages.jsonl"

scores: $(VENV)/installed
	$(BIN)/python benchmarks/scores.py write

blind: $(VENV)/installed
	@test -n "$(REASON)" || { echo 'say why: make blind REASON="..."'; exit 2; }
	$(BIN)/python benchmarks/scores.py blind "$(REASON)"

clean:
	rm -rf $(VENV) build dist var
