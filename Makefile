PYTHON ?= python3
BOOTSTRAP = @$(PYTHON) -I local/bootstrap.py
BIN = .venv/bin
CODE = contracts chassis services cli local bench tests examples

.DEFAULT_GOAL := help
.PHONY: help up down test test-fire soak lint format lock

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## start the whole system on this machine
	$(BOOTSTRAP) local
	@$(BIN)/soihtu up

down: ## stop all of it
	@if [ -x $(BIN)/soihtu ]; then $(BIN)/soihtu down; else echo "nothing is running"; fi

test: ## run the tests, beside a running system
	$(BOOTSTRAP) dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: cli
cli: ## make the soihtu command in .venv, and start nothing
	$(BOOTSTRAP) local

.PHONY: bench
bench: ## measure against bare loops, and print one table of ratios
	$(BOOTSTRAP) dev
	@$(BIN)/python -m bench $(ARGS)

.PHONY: bench-long
bench-long: ## the same of ten million events, where the disk has room for them
	$(BOOTSTRAP) dev
	@$(BIN)/python -m bench --long $(ARGS)

test-fire: ## run the tests under fire, which take longer than all others
	$(BOOTSTRAP) dev
	@$(BIN)/python -m pytest -m fire tests/fire tests/system $(ARGS)

.PHONY: test-long
test-long: ## walk longer and try more examples than make test has time for
	$(BOOTSTRAP) dev
	@$(BIN)/python -m pytest -m long $(ARGS)

.PHONY: test-subscribers
test-subscribers: ## run the example readers in five languages against a real broker
	$(BOOTSTRAP) dev
	@$(BIN)/python -m pytest -m subscribers -rP tests/subscribers $(ARGS)

.PHONY: test-containers
test-containers: ## run the system in containers, upgrade it and take it down; needs Docker
	$(BOOTSTRAP) dev
	@$(BIN)/python -m pytest -m containers tests/containers $(ARGS)

KILLS ?= 100
SEED ?=
FROM ?= 0
soak: ## kill KILLS times at seams of all roles, as SEED has it; FROM skips its first sessions
	$(BOOTSTRAP) dev
	@$(BIN)/python -m tests.fire.soak --kills $(KILLS) --seed "$(SEED)" --from $(FROM)

lint: ## check style, types and which package may import which
	$(BOOTSTRAP) dev
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/soihtu contracts check

format: ## mend style
	$(BOOTSTRAP) dev
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

.PHONY: contracts
contracts: ## write the descriptions of events and APIs that are committed
	$(BOOTSTRAP) dev
	@$(BIN)/python -m contracts.generate
	@$(BIN)/python -m chassis.describe services.okr.app services.checkins.app \
		services.reporting.app services.notifications.app

lock: ## resolve all dependencies anew
	$(BOOTSTRAP) dev
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group local --output-file requirements/local.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group dev --constraint requirements/local.txt --output-file requirements/dev.txt
	for group in node go; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --group $$group --output-file requirements/$$group.txt; done
	for service in $$($(BIN)/python -c "from local.graph import SERVICE_NAMES; print(*SERVICE_NAMES)"); do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header --group $$service --group migrations --group traces \
			--constraint requirements/local.txt --output-file requirements/$$service.txt || exit 1; \
	done
	@$(BIN)/python -m local.jars
