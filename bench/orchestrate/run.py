#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench/orchestrate: rows through `yakan run`, through an asyncio+aiohttp script, and through a bare load generator.

    bench/orchestrate/run.py [--n 100000] [--pairs 5] [--in-flight 1000] [--latency-ms 50] [--build build/release]
                             [--validator jsonschema|fastjsonschema] [--scale 10000,100000,1000000] [--json]

All three ask the same yakan-fakemodel (fixed latency, answers that the schema accepts) about the same rows under the
same schema; the first two check every answer against the schema and write one JSON line a row. Runs go A B C A B C …
after one warm-up, each beside a fresh server, with the server on the same cores for all. `--scale` runs ours alone at several sizes, for the
memory and the cost per row. Ends with 1 when a row is missing, wrong or failed.
"""
import argparse
import json
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV = ROOT / ".cache" / "bench-venv"
PINNED = ["aiohttp==3.14.5", "jsonschema==4.26.0", "fastjsonschema==2.22.3"]

SCHEMA = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["complaint", "praise", "question", "other"]},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
        "product": {"type": "string"},
        "summary": {"type": "string", "maxLength": 80},
    },
    "required": ["category", "score", "product", "summary"],
    "additionalProperties": False,
}
PROMPT = """Read what a customer wrote. Say which category it belongs to, how content the customer is (1 to 5), which product
it is about, and sum it up in at most 80 characters.

{{text}}
"""
SETTINGS = "models: {{fake: {{openai: \"{url}\", model: fake-1, in_flight: {in_flight}}}}}\n"
JOB = """name: orchestrate
model: fake
input: {{jsonl: rows.jsonl}}
steps:
  - map: {{prompt: prompt.md, schema: schema.json, evidence: "off"}}
output:
  - {{jsonl: out.jsonl}}
run: {{chunk_rows: 500, in_flight: {in_flight}}}
"""


def python_of_venv():
    """The virtual environment of the peers; made at the first run."""
    python, stamp = VENV / "bin" / "python", VENV / "orchestrate.pinned"
    if not stamp.exists() or stamp.read_text() != "\n".join(PINNED):
        venv.create(VENV, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED], check=True)
        stamp.write_text("\n".join(PINNED))
    return str(python)


def write_rows(path, n):
    with open(path, "w", encoding="utf-8") as out:
        for i in range(n):
            text = (f"row-{i:07d}: The kettle model K{i % 37} arrived {i % 11} days late and its lid does not close, but the "
                    f"colour is lovely. Can a new lid be sent to Osaka before Friday? My order was {i * 7919 % 1000003}.")
            out.write(json.dumps({"id": i, "text": text}) + "\n")


def write_bodies(path, rows):
    with open(rows, encoding="utf-8") as source, open(path, "w", encoding="utf-8") as out:
        for line in source:
            text = PROMPT.replace("{{text}}", json.loads(line)["text"])
            out.write(json.dumps({
                "model": "fake-1", "messages": [{"role": "user", "content": text}], "temperature": 0, "max_tokens": 1024,
                "response_format": {"type": "json_schema",
                                    "json_schema": {"name": "row", "strict": True, "schema": SCHEMA}}}) + "\n")


class FakeModel:
    """A fresh server for one run, always on the last core where there are several."""

    def __init__(self, args, folder):
        port_file = folder / "port"
        port_file.unlink(missing_ok=True)
        command = [str(args.build / "bin" / "yakan-fakemodel"), "--latency-ms", str(args.latency_ms),
                   "--port-file", str(port_file)]
        cores = sorted(os.sched_getaffinity(0))
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                        preexec_fn=lambda: os.sched_setaffinity(0, {cores[-1]}))
        while not port_file.exists():
            if self.process.poll() is not None:
                sys.exit("yakan-fakemodel did not start")
            time.sleep(0.02)
        self.port = int(port_file.read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def measured(command, **options):
    """Runs a command to its end: seconds, CPU seconds and peak memory of its whole process tree, output."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    out, err = [], []
    import threading
    readers = [threading.Thread(target=lambda s, to: to.append(s.read()), args=pair)
               for pair in ((process.stdout, out), (process.stderr, err))]
    for reader in readers:
        reader.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    for reader in readers:
        reader.join()
    return {"seconds": time.monotonic() - start, "cpu": usage.ru_utime + usage.ru_stime, "rss_mb": usage.ru_maxrss / 1024,
            "code": process.returncode, "out": out[0], "err": err[0]}


def finish(run, name, n):
    run.update(name=name, rows_per_second=n / run["seconds"], cpu_per_1000=run["cpu"] / n * 1000)
    if run["code"] != 0:
        sys.exit(f"{name} ended with {run['code']}:\n{run['out'][-2000:]}{run['err'][-2000:]}")
    return run


def count_answers(path, n, name):
    """Every row once, none failed."""
    seen = bytearray(n)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            number = row.get("id", row.get("_id"))
            number = number if isinstance(number, int) else int(str(number).split("#")[-1])
            if "category" not in row or not 1 <= row["score"] <= 5:
                sys.exit(f"{name}: a row without its answer: {line[:200]}")
            seen[number % n] += 1
    if sum(seen) != n or max(seen) != 1:
        sys.exit(f"{name}: {sum(seen)} lines for {n} rows, {seen.count(0)} rows missing")


def run_ours(args, folder, n, model):
    for name in ("yakan.db", "yakan.db-wal", "yakan.db-shm", "out.jsonl", "out.jsonl.partial"):
        (folder / name).unlink(missing_ok=True)
    (folder / "yakan.yaml").write_text(SETTINGS.format(url=f"http://127.0.0.1:{model.port}/v1", in_flight=args.in_flight))
    (folder / "job.yaml").write_text(JOB.format(in_flight=args.in_flight))
    first = []

    def watch(stop):
        start = time.monotonic()
        while not stop.is_set() and not first:
            # Rows stand in OUT.partial while the job runs and under the final name when it is done.
            if any(path.stat().st_size > 0 for path in folder.glob("out.jsonl*")):
                first.append(time.monotonic() - start)
            time.sleep(0.02)

    import threading
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(stop,))
    watcher.start()
    run = measured([str(args.build / "bin" / "yakan"), "run", "job.yaml", "--json"], cwd=folder)
    stop.set()
    watcher.join()
    run = finish(run, "yakan", n)
    run["first_row"] = first[0] if first else run["seconds"]
    count_answers(folder / "out.jsonl", n, "yakan")
    return run


def run_peer(args, folder, n, model):
    command = [python_of_venv(), str(ROOT / "bench" / "peers" / "orchestrate_aiohttp.py"),
               "--url", f"http://127.0.0.1:{model.port}/v1", "--rows", "rows.jsonl", "--schema", "schema.json", "--prompt",
               "prompt.md", "--out", "peer.jsonl", "--in-flight", str(args.in_flight), "--validator", args.validator]
    run = finish(measured(command, cwd=folder), "aiohttp", n)
    run["first_row"] = json.loads(run["out"])["first_row_seconds"]
    count_answers(folder / "peer.jsonl", n, "aiohttp")
    return run


def run_ceiling(args, folder, n, model):
    command = [str(args.build / "bin" / "yakan-loadgen"), "--port", str(model.port), "--bodies", str(folder / "bodies.jsonl"),
               "--n", str(n), "--in-flight", str(args.in_flight), "--engine", args.ceiling]
    run = finish(measured(command), "ceiling", n)
    run["seconds"] = json.loads(run["out"])["seconds"]  # without reading the bodies' file
    run["rows_per_second"] = n / run["seconds"]
    return run


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def report(runs, pairs):
    lines, data = [], {}
    for name in ("yakan", "aiohttp", "ceiling"):
        data[name] = {key: spread([run[key] for run in runs[name]])
                      for key in ("rows_per_second", "cpu_per_1000", "rss_mb", "first_row") if key in runs[name][0]}
        cells = "  ".join(f"{key} {s['median']:.3g} [{s['min']:.3g} - {s['max']:.3g}]" for key, s in data[name].items())
        lines.append(f"{name:8} {cells}")
    ratio = lambda key, a, b: spread([runs[a][i][key] / runs[b][i][key] for i in range(pairs)])
    data["ratios"] = {
        "rows_per_second to aiohttp": ratio("rows_per_second", "yakan", "aiohttp"),
        "rows_per_second to ceiling": ratio("rows_per_second", "yakan", "ceiling"),
        "cpu_per_1000 to aiohttp": ratio("cpu_per_1000", "yakan", "aiohttp"),
        "rss to aiohttp": ratio("rss_mb", "yakan", "aiohttp"),
    }
    for name, s in data["ratios"].items():
        lines.append(f"{name:32} {s['median']:.3f} [{s['min']:.3f} - {s['max']:.3f}]")
    return lines, data


def prepare(folder, n, bodies):
    write_rows(folder / "rows.jsonl", n)
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    (folder / "prompt.md").write_text(PROMPT)
    if bodies:
        write_bodies(folder / "bodies.jsonl", folder / "rows.jsonl")


def scale(args):
    results = []
    for n in [int(text) for text in args.scale.split(",")]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            prepare(folder, n, bodies=False)
            with FakeModel(args, folder) as model:
                run = run_ours(args, folder, n, model)
        results.append({"n": n, **{key: run[key] for key in ("rows_per_second", "cpu_per_1000", "rss_mb", "first_row")}})
        if not args.json:
            print(f"n {n:>8}  rows/s {run['rows_per_second']:>8.0f}  CPU s per 1,000 {run['cpu_per_1000']:.4f}  "
                  f"RSS {run['rss_mb']:.0f} MB  first row {run['first_row']:.2f} s", flush=True)
    if args.json:
        print(json.dumps(results))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--in-flight", type=int, default=1000)
    parser.add_argument("--latency-ms", type=float, default=50)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--validator", choices=["jsonschema", "fastjsonschema"], default="jsonschema")
    parser.add_argument("--ceiling", choices=["raw", "client"], default="raw")
    parser.add_argument("--scale", default="")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    args.build = args.build.resolve()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if args.scale:
        return scale(args)
    runs = {"yakan": [], "aiohttp": [], "ceiling": []}
    engines = {"yakan": run_ours, "aiohttp": run_peer, "ceiling": run_ceiling}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(folder, args.n, bodies=True)
        python_of_venv()
        for pair in range(-1, args.pairs):  # -1: warm-up
            for engine, function in engines.items():
                with FakeModel(args, folder) as model:
                    run = function(args, folder, args.n, model)
                if pair >= 0:
                    runs[engine].append(run)
                if not args.json:
                    print(f"{'warm-up' if pair < 0 else pair}: {engine} {run['rows_per_second']:.0f} rows/s, "
                          f"{run['cpu_per_1000']:.4f} CPU s per 1,000 rows, {run['rss_mb']:.0f} MB", flush=True)
    lines, data = report(runs, args.pairs)
    data.update(n=args.n, pairs=args.pairs, in_flight=args.in_flight, latency_ms=args.latency_ms, validator=args.validator,
                pinned=PINNED, cores=len(os.sched_getaffinity(0)))
    print(json.dumps(data) if args.json else "\n".join(lines))


if __name__ == "__main__":
    main()
