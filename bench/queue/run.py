#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench/queue: rows per second through Yakan's durable queue, and through Celery over Redis, in turn A B A B.

    bench/queue/run.py [--n 100000] [--celery-n 10000] [--pairs 5] [--binary build/release/bin/bench_queue] [--json]

Ours: SQLite, synchronous=FULL (every call durable when it returns), 4 workers, 500 B in, 300 B out, a raw answer journaled per
row besides the result. Celery journals no answer and acknowledges before the disk has it (see bench/peers/queue_celery.py).
Rates leave the loading of the rows out for both. Ends with 1 when a row or an answer is wrong.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".cache", "bench-venv")
PINNED = ["celery==5.4.0", "kombu==5.4.2", "redis==5.2.1", "packaging==24.2"]
# (rows a lease, leases a call): one lease in each call is bound by two fsyncs per 16 rows and worker.
SETTINGS = [(16, 8), (16, 1), (64, 8)]


def python_of_venv():
    """The virtual environment of the peers; made at the first run."""
    python = os.path.join(VENV, "bin", "python")
    stamp = os.path.join(VENV, "queue.pinned")
    if not (os.path.exists(stamp) and open(stamp).read() == "\n".join(PINNED)):
        venv.create(VENV, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED], check=True)
        with open(stamp, "w") as out:
            out.write("\n".join(PINNED))
    return python


def ours(binary, n, rows, leases):
    command = [binary, "--json", "--rounds", "1", "--n", str(n), "--rows-per-lease", str(rows), "--leases-per-call", str(leases)]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {key: value["median"] if isinstance(value, dict) else value for key, value in result.items()}


def celery(python, n):
    command = [python, os.path.join(ROOT, "bench", "peers", "queue_celery.py"), "--n", str(n)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def line(name, runs, key, form):
    s = spread([run[key] for run in runs])
    print(f"{name:<34}{form.format(s['median']):>12}  [{form.format(s['min'])} - {form.format(s['max'])}]")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=100000)
    parser.add_argument("--celery-n", type=int, default=10000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build", "release", "bin", "bench_queue"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not os.path.exists(arguments.binary):
        sys.exit(f"{arguments.binary} does not exist: build it with `cmake --build build/release --target bench_queue`")
    if shutil.which("redis-server") is None:
        sys.exit("redis-server is not installed: `apt-get install redis-server`; nothing need run, a server of its own is started")
    python = python_of_venv()
    ours(arguments.binary, 20000, 16, 8)  # warm-up
    mine = {setting: [] for setting in SETTINGS}
    theirs = []
    for _ in range(arguments.pairs):
        for setting in SETTINGS:
            mine[setting].append(ours(arguments.binary, arguments.n, *setting))
        theirs.append(celery(python, arguments.celery_n))
    ratios = {s: [a["rows_per_s"] / b["rows_per_s"] for a, b in zip(mine[s], theirs)] for s in SETTINGS}
    if arguments.json:
        print(json.dumps({"yakan": [{"rows_per_lease": s[0], "leases_per_call": s[1], "runs": mine[s], "ratio": spread(ratios[s])}
                                    for s in SETTINGS], "celery": theirs}))
        return
    print("rows/s, median [min - max]")
    for s in SETTINGS:
        line(f"yakan {s[0]} rows a lease, {s[1]} a call", mine[s], "rows_per_s", "{:,.0f}")
    line("celery + redis, 2 workers", theirs, "rows_per_s", "{:,.0f}")
    print("CPU seconds per 1,000 rows")
    for s in SETTINGS:
        line(f"yakan {s[0]} rows a lease, {s[1]} a call", mine[s], "cpu_s_per_1000_rows", "{:.4f}")
    line("celery workers (without redis)", theirs, "cpu_s_per_1000_rows", "{:.4f}")
    first = SETTINGS[0]
    line("fsyncs per 1,000 rows", mine[first], "fsyncs_per_1000_rows", "{:.2f}")
    line("bytes written per row", mine[first], "bytes_written_per_row", "{:,.0f}")
    line("bare fdatasync per second", mine[first], "bare_fdatasync_per_s", "{:,.0f}")
    line("peak memory, MB", mine[first], "peak_rss_mb", "{:.0f}")
    for s in SETTINGS:
        r = ratios[s]
        print(f"ratio {s[0]} x {s[1]}, pair by pair: " + " ".join(f"{x:.1f}" for x in r) + f"  median {statistics.median(r):.1f}")


if __name__ == "__main__":
    main()
