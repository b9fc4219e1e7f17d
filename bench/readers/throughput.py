#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents per second and per CPU second: the reader pool beside `pdftotext` run once per file and beside poppler in a
loop of one process, in turn, over a corpus repeated under other names.

    bench/readers/throughput.py [--build build/release] [--corpus DIR] [--n 1000] [--pairs 5] [--json]

Without --corpus the shared PDFs (YAKAN_SHARED) are used, else examples/contracts. Files that `pdftotext` cannot read
are left out, so that all three do the same work.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("YAKAN_SHARED", ROOT.parent / "shared"))


def corpus(folder, n, scratch):
    """n names for the readable PDFs of a folder, each a link of its own."""
    good = []
    for path in sorted(pathlib.Path(folder).rglob("*.pdf")):
        try:
            done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, timeout=5)
        except subprocess.TimeoutExpired:
            continue
        if done.returncode == 0 and len(done.stdout.strip()) > 20:
            good.append(path)
    if not good:
        sys.exit(f"no readable PDF in {folder}; name another with --corpus")
    out = []
    for i in range(n):
        source = good[i % len(good)]
        link = scratch / f"{i:06d}-{source.name}"
        os.link(source, link) if source.stat().st_dev == scratch.stat().st_dev else shutil.copyfile(source, link)
        out.append(link)
    return out, len(good)


def measured(command, **options):
    """Wall and CPU seconds of a command and all that it starts and waits for, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, check=False, **options)
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[:500]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("--corpus")
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    build = pathlib.Path(args.build).resolve()
    folder = args.corpus or (SHARED / "data" / "pdfs" if (SHARED / "data" / "pdfs").exists() else ROOT / "examples" / "contracts")
    environment = dict(os.environ, YAKAN_READER=str(build / "bin" / "yakan-reader"))

    with tempfile.TemporaryDirectory(prefix="yakan-readers-") as name:
        scratch = pathlib.Path(name)
        files, distinct = corpus(folder, args.n, scratch)
        total = sum(path.stat().st_size for path in files)
        names = "\n".join(map(str, files)).encode() + b"\n"
        contenders = {
            "yakan, 1 reader": [str(build / "bench" / "yk_bench_read_files"), "1"],
            "yakan, 2 readers": [str(build / "bench" / "yk_bench_read_files"), "2"],
            "pdftotext per file": ["xargs", "-d", "\n", "-I{}", "pdftotext", "{}", "/dev/null"],
            "poppler loop": [str(build / "bench" / "yk_bench_poppler_loop")],
        }
        figures = {key: [] for key in contenders}
        told = {}
        for turn in range(args.pairs + 1):  # the first warms up
            for key, command in contenders.items():
                wall, cpu, out = measured(command, input=names, env=environment)
                if out.strip():
                    told[key] = json.loads(out)
                if turn > 0:
                    figures[key].append((args.n / wall, args.n / cpu, total / wall / 1e6))
        for key in ("yakan, 1 reader", "yakan, 2 readers"):
            if told[key]["documents"] != args.n:
                sys.exit(f"{key} read {told[key]['documents']} of {args.n} documents: not the same work")

    result = {"n": args.n, "distinct": distinct, "bytes": total, "told": told, "rows": {}, "ratios": {}}
    print(f"{args.n} PDFs ({distinct} distinct, {total / 1e6:.0f} MB), {args.pairs} turns; median [min-max]", file=sys.stderr)
    for key, rows in figures.items():
        documents, per_cpu, megabytes = zip(*rows)
        result["rows"][key] = {"documents_s": documents, "documents_cpu_s": per_cpu, "mb_s": megabytes}
        print(f"{key:20} {statistics.median(documents):8.1f} documents/s [{min(documents):.1f}-{max(documents):.1f}]  "
              f"{statistics.median(per_cpu):8.1f} per CPU s  {statistics.median(megabytes):6.1f} MB/s", file=sys.stderr)
    for label, ours, peer, column in (
            ("per CPU second, to pdftotext per file", "yakan, 1 reader", "pdftotext per file", 1),
            ("per CPU second, to the poppler loop", "yakan, 1 reader", "poppler loop", 1),
            ("wall, 1 reader to pdftotext per file", "yakan, 1 reader", "pdftotext per file", 0),
            ("wall, 2 readers to 1", "yakan, 2 readers", "yakan, 1 reader", 0)):
        ratios = [a[column] / b[column] for a, b in zip(figures[ours], figures[peer])]
        result["ratios"][label] = ratios
        print(f"ratio {label}: {statistics.median(ratios):.2f} [{min(ratios):.2f}-{max(ratios):.2f}]", file=sys.stderr)
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
