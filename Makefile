# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
export KIVY_NO_ARGS := 1
export KIVY_NO_FILELOG := 1
# Compiled once and kept: the tests start hundreds of Pythons, and many a container forbids them to write bytecode.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test hil check screenshots bench runs mutants lock docs clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: .venv/.ready ## install everything that is needed into .venv (and, where it may, apt packages)

.venv/.ready: requirements/lock.txt requirements/bootstrap.txt requirements/apt.txt pyproject.toml host_tools/setup.sh
	@bash host_tools/setup.sh
	@touch $@

run: setup ## virtual glasses wake, the companion window opens and walks the main job
	@$(BIN)/plainsight app --radio virtual

test: setup ## all tests; prints what was simulated and what was skipped, and why
	@$(BIN)/pytest -n 5 --dist loadfile --no-loadscope-reorder

hil: setup ## hardware in the loop: PORT=/dev/ttyACM0 measures a board on a cable; without PORT the virtual board (simulated)
	@$(BIN)/plainsight hil --target "$(or $(PORT),sim)"

check: setup ## lint, types, import contracts, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/basedpyright
	@$(BIN)/basedpyright -p firmware
	@$(BIN)/python -m host_tools.documents --check

screenshots: setup ## every screen in light, dark, large text, high contrast, German, Arabic and wide, into build/screens
	@$(BIN)/python -m host_tools.window.screens

bench: setup ## the slow measurements, as ratios in one run
	@$(BIN)/plainsight bench

runs: setup ## power cuts at every write, a million inputs, a simulated day: about an hour
	@$(BIN)/plainsight bench cuts fuzz day

# A mutant of the same second and size would run as what was compiled before it.
mutants: export PYTHONDONTWRITEBYTECODE := 1
mutants: setup ## break the homes of the promises, one mutation at a time, and list what no test noticed
	@$(BIN)/python -m host_tools.mutants --named
	@$(BIN)/python -m host_tools.mutants

lock: ## resolve the dependencies again (asks the package registry)
	@$(BIN)/uv pip compile -q --generate-hashes requirements/bootstrap.in -o requirements/bootstrap.txt
	@$(BIN)/uv pip compile -q --generate-hashes --all-extras --override requirements/overrides.txt pyproject.toml -o requirements/lock.txt

docs: setup ## write the generated documents again
	@$(BIN)/python -m host_tools.documents

clean: ## remove what was built; pictures and keys of the virtual glasses under build/ go too
	@rm -rf build .venv .pytest_cache .ruff_cache .hypothesis .coverage
