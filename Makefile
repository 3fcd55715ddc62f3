# Everything a newcomer calls. What it does is in packages/toolchain/ (which tools, where from) and cli/ (up, down).

STACK ?= alice-dev
OVERLAY ?=
SHARD ?=
export STACK OVERLAY SHARD
# A relative OVERLAY is meant from where make was called, also under `make -C`.
export CALLED_FROM := $(or $(PWD),$(CURDIR))

toolchain := node build/toolchain.js
sources := $(shell find cli core packages tests/bench tests/simulation tests/mutation -name '*.ts')
# Written by `npm ci` itself, after all else.
packages := node_modules/.package-lock.json

.PHONY: help setup up down env emulator doctor test check bench simulate mutate attacks faults kills trees clean
.DELETE_ON_ERROR:

help: ## this list (default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

up: build/.stamp ## bring up the environment STACK (alice-dev), of the kustomize OVERLAY if one is given
	@case "$$OVERLAY" in ''|/*) ;; *) OVERLAY="$$CALLED_FROM/$$OVERLAY" ;; esac; \
	$(toolchain) exec -- bin/doks-env up "$$STACK" --yes $${OVERLAY:+--overlay "$$OVERLAY"}
	@[ ! -e .local/emulator/authority.pem ] || \
	echo "the emulator's certificates are trusted by: curl --cacert $(CURDIR)/.local/emulator/authority.pem --resolve <host>:443:<address> https://<host>" >&2

down: build/.stamp ## take the environment STACK down and prove that nothing is left
	@$(toolchain) exec -- bin/doks-env down "$$STACK" --yes

env: build/.stamp ## for eval "$(make -s env)": a shell in which plain pulumi and kubectl work
	@$(toolchain) env

emulator: build/.stamp ## start the emulator, if it does not run, and say where
	@$(toolchain) emulator start

doctor: build/.stamp ## what was found, in which version, and what is wrong with this machine
	@$(toolchain) doctor

setup: build/.stamp ## install and build everything that is needed, and do no more
	@$(toolchain) ensure

test: build/.stamp ## all tests, or a part with SHARD=1/4; ends with `N passed, N failed`
	@$(toolchain) test

check: $(packages) ## format, lint, types and the quick tests
	@npm run --silent check

bench: build/.stamp ## measure beside kubectl, and write docs/benchmarks.json; PARTS='start stacks large-stacks' names some
	@$(toolchain) exec -- node build/bench.js $(PARTS)

simulate: build/.stamp ## how the rules for idle environments do on 2,000 simulated ones, over four weeks
	@node build/simulate.js

mutate: build/.stamp ## remove each safety rule from the code, one at a time, and show which test fails
	@node build/mutate.js

attacks: build/.stamp ## what attackers try against trees, forks, gates and a shared cluster, one line each, with a count
	@$(toolchain) exec -- npx jest tests/core/rules/check-tree tests/cli/pull-requests/foreign-overlay tests/cli/pull-requests/gate/other-user tests/e2e/attacks --selectProjects fast e2e -w 1 --verbose

faults: build/.stamp ## try each command with each fault in each of its phases, some hours; FAULTS='down.*SIGKILL' tries some
	@$(toolchain) exec -- env FAULTS="$${FAULTS:-.}" npx jest tests/e2e/faults --selectProjects e2e -w 1

kills: build/.stamp ## kill a sleep and a wake after each of their changes, and start ten environments from one seed, some hours
	@$(toolchain) exec -- env KILLS=. npx jest tests/e2e/data/killed tests/e2e/data/one-seed --selectProjects e2e -w 1

trees: build/.stamp ## bring up 300 generated trees, some hours; TREES=20 tries fewer, SEED=<as printed> the same ones again
	@$(toolchain) exec -- env TREES="$${TREES:-300}" SEED="$${SEED:-$$(date +%s)}" npx jest tests/e2e/trees/generated --selectProjects e2e -w 1 --verbose

clean: ## stop the emulator; remove its account, the local backend and the build (not the user's cache)
	@if [ -e .local/emulator/pid ]; then $(MAKE) -s build/.stamp && $(toolchain) emulator stop; fi
	@rm -rf .local .rendered build
	@echo "removed .local (the emulator's account, Pulumi's local backend), .rendered and build"

$(packages): package-lock.json
	@echo "installing packages" >&2
	@npm ci --no-progress >&2
	@touch $@

build/.stamp: $(packages) packages/toolchain/bundle.js package.json $(wildcard packages/*/package.json) $(sources)
	@node packages/toolchain/bundle.js >&2
	@touch $@
