# Short names for dev.py, which works without make too: python3 dev.py help
PYTHON ?= python3
TARGETS := env test check faults demo bench bench-client bench-ui simulate mutants fuzz screenshots messages lock clean help

.DEFAULT_GOAL := help
.PHONY: $(TARGETS)

$(TARGETS):
	@$(PYTHON) dev.py $@
