# The two commands that everybody needs are `make run` and `make test`; both set up all that they need, and start at once the second time.
PYTHON ?= python3
PORT ?= 8000
export PORT
unexport PYTHONDONTWRITEBYTECODE # where it is set, each process of a run would compile Kawal anew

BIN := .venv/bin
checksum = $(shell cksum < requirements/$(1).txt | cut -d ' ' -f 1)
RUNTIME := .venv/.runtime-$(call checksum,runtime)
DEV := .venv/.dev-$(call checksum,dev)
PYTEST := KAWAL_DATA=var/test $(BIN)/python -m pytest -n 2 --dist loadgroup

.PHONY: run test test-slow check check-style check-types check-imports check-migrations check-deployment format messages bench

run: $(RUNTIME) ## serve on http://127.0.0.1:$PORT with demo data
	@exec $(BIN)/python manage.py up

test: $(DEV) ## every test but the slow ones; with DATABASE_URL and REDIS_URL on those servers
	@$(BIN)/python -m tools.chromium > /dev/null
	$(PYTEST) $(ARGS)

test-slow: $(DEV) ## only the slow ones
	@$(BIN)/python -m tools.chromium > /dev/null
	$(PYTEST) --slow $(ARGS)

# Everything that can be said of the code without running it; `make -k check` goes on after a failure.
check: check-style check-types check-imports check-migrations check-deployment

check-style: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(DEV)
	$(BIN)/mypy .

check-imports: $(DEV)
	$(BIN)/lint-imports

check-migrations: $(DEV)
	$(BIN)/python manage.py makemigrations --check --dry-run

check-deployment: $(DEV)
	DEBUG=0 BEHIND_TLS=1 ALLOWED_HOSTS=kawal.example SECRET_KEY=$$(od -An -tx1 -N40 /dev/urandom | tr -d ' \n') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(DEV) ## measure on PostgreSQL with 10,000 and then 1,000,000 tickets (BENCH_SIZES, BENCH_DATABASE_URL: a scratch database)
	@$(BIN)/python -m tools.bench

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(DEV) ## collect the words of the pages into locale/ (needs gettext: apt-get install gettext) and compile them
	$(BIN)/python manage.py makemessages --locale en --no-obsolete --no-wrap --add-location file --ignore ".venv/*" --ignore "var/*" --ignore "tests/*"
	$(BIN)/python -m tools.compile_messages

$(RUNTIME):
	@$(PYTHON) tools/install.py runtime
	@touch $@

$(DEV):
	@$(PYTHON) tools/install.py dev
	@touch $@ $(RUNTIME)
