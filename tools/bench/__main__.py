"""``make bench``: seeds PostgreSQL, runs gunicorn with two sync workers, and prints every figure beside its floor.

BENCH_DATABASE_URL names the scratch database (it is emptied); BENCH_SIZES the numbers of tickets, comma separated;
BENCH_RUNGS those of due rungs, BENCH_PATIENCE the seconds for each of them.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/kawal_bench")
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "10000,1000000").split(",")]
ONLY = os.environ.get("BENCH_ONLY", "")  # "timers": leave the pages out; "living": the bare firing too
PORT = int(os.environ.get("BENCH_PORT", "8390"))
ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Everything, in one run."""
    os.environ |= {"DATABASE_URL": URL, "DJANGO_SETTINGS_MODULE": "tools.bench.settings", "LOG_LEVEL": "ERROR"}
    os.environ.setdefault("KAWAL_DATA", str(ROOT / "var" / "bench"))
    _fresh_database()
    for command in (["migrate", "-v", "0"], ["demo"], ["collectstatic", "--noinput", "-v", "0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
    import django  # noqa: PLC0415 the settings are named only now

    django.setup()
    from tools.bench import measuring, seed, timers, timers_living  # noqa: PLC0415

    if ONLY in ("timers", "living"):
        seed.top_up(min(SIZES))
        if ONLY == "timers":
            timers.measure()
        timers_living.measure()
        return
    results: dict[int, dict[str, measuring.Figures]] = {}
    for size in SIZES:
        began = time.monotonic()
        seed.top_up(size)
        print(f"{size:,} tickets seeded in {time.monotonic() - began:.0f} s", flush=True)
        with measuring.server(PORT) as workers:
            results[size] = measuring.measure_all(PORT, workers)
        measuring.show(size, results[size])
    measuring.show_growth(results)
    timers.measure()
    subprocess.run([sys.executable, "-m", "tools.bench.arrears"], cwd=ROOT, check=True)
    timers_living.measure()


def _fresh_database() -> None:
    name = urlsplit(URL).path.lstrip("/")
    admin = urlsplit(URL)._replace(path="/postgres").geturl()
    for statement in (f'drop database if exists "{name}" with (force)', f'create database "{name}"'):
        subprocess.run(["psql", "-q", admin.replace("postgres://", "postgresql://"), "-c", statement], check=True)


if __name__ == "__main__":
    main()
