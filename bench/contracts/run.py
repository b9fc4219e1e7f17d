#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Contract terms from real contracts: the built-in model beside a regular-expression script.

    bench/contracts/run.py [--program build/release/bin/yakan] [--data FOLDER] [--json] [--misses FIELD]

Reads Agreement Date, Parties, Governing Law and Expiration Date from the contracts of the set `contracts` (CUAD v1,
The Atticus Project, CC BY 4.0) in $YAKAN_SHARED/data/contracts, default ../shared beside the repository. Each contract
is one row, read whole. Scores both in the same run: dates as dates; clauses and parties by spans that overlap with the
lawyers' by half (Jaccard >= 0.5); contracts whose label is empty, and labels that an audit disputes, do not count.
Exit code: 0 when the built-in model has the higher macro F1, 1 when not, 2 when something is missing.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import score

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLUMNS = {"Agreement Date": "agreement_date", "Parties": "parties", "Governing Law": "governing_law",
           "Expiration Date": "expiration_date"}
JOB = """name: contracts
model: builtin
input: {files: "texts/*.txt", as: document}
steps:
  - map: {schema: schema.json, evidence: required}
output:
  - {jsonl: out.jsonl}
"""


def run_yakan(program, data, folder):
    """{contract: {field: {"date", "spans"}}} from one `yakan run` over a copy of the texts."""
    shutil.copytree(data / "texts", folder / "texts")
    shutil.copy(ROOT / "bench" / "contracts" / "schema.json", folder / "schema.json")
    (folder / "job.yaml").write_text(JOB, encoding="utf-8")
    done = subprocess.run([program, "run", str(folder / "job.yaml"), "--store", f"sqlite:{folder / 'bench.db'}"],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"yakan run ended with {done.returncode}: {done.stderr.strip()}")
    found = {}
    with open(folder / "out.jsonl", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            contract = pathlib.PurePath(row["_source"]["file"]).stem
            found[contract] = {field: answer_of(row, column) for field, column in COLUMNS.items()}
    return found


def answer_of(row, column):
    places = []
    for pointer, evidence in row.get("_evidence", {}).items():
        if pointer == "/" + column or pointer.startswith("/" + column + "/"):
            places += [(place["start"], place["end"], place["quote"]) for place in evidence]
    return {"date": row.get(column) if column == "agreement_date" else None, "spans": places}


def run_peer(data):
    peer = ROOT / "bench" / "peers" / "contracts_regex.py"
    done = subprocess.run([sys.executable, str(peer), str(data / "texts")], capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["id"]: {field: row[field] for field in COLUMNS} for row in rows}


def print_table(results):
    """One row per field; "vain" counts answers for contracts that have none, which the measures leave out."""
    print(f"{'':18}" + "".join(f"{name:>34}" for name in results))
    print(f"{'field':18}" + f"{'P':>16}{'R':>6}{'F1':>6}{'vain':>6}" * len(results))
    for field in score.FIELDS:
        line = f"{field:18}"
        for counts, _ in results.values():
            precision, recall, f1 = counts[field].measures()
            vain = f"{counts[field].invented}/{counts[field].empty}"
            line += f"{precision:>16.3f}{recall:>6.3f}{f1:>6.3f}{vain:>6}"
        print(line)
    print(f"{'macro F1':18}" + "".join(f"{score.macro_f1(counts):>28.3f}{'':6}" for counts, _ in results.values()))
    print(f"{'seconds':18}" + "".join(f"{seconds:>28.1f}{'':6}" for _, seconds in results.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "bin" / "yakan"))
    shared = pathlib.Path(os.environ.get("YAKAN_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--data", type=pathlib.Path, default=shared / "data" / "contracts")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--misses", metavar="FIELD", help="list what the built-in model got wrong for this field")
    options = parser.parse_args()
    if not (options.data / "labels.jsonl").is_file():
        print(f"no contracts in {options.data}; set YAKAN_SHARED or --data", file=sys.stderr)
        return 2
    if not pathlib.Path(options.program).is_file():
        print(f"{options.program} is not built; run ./setup and ./check, or name one with --program", file=sys.stderr)
        return 2
    gold = score.load_gold(options.data)
    misses = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ours = score.score(gold, run_yakan(options.program, options.data, pathlib.Path(folder)), misses)
    middle = time.monotonic()
    peer = score.score(gold, run_peer(options.data))
    results = {"builtin": (ours, middle - start), "regex script": (peer, time.monotonic() - middle)}
    if options.json:
        report = {name: {"macro_f1": score.macro_f1(counts),
                         "fields": {field: dict(zip(("precision", "recall", "f1"), count.measures()))
                                    for field, count in counts.items()}}
                  for name, (counts, _) in results.items()}
        print(json.dumps({"contracts": len(gold), **report}))
    else:
        print(f"{len(gold)} contracts")
        print_table(results)
    for contract, field, label, got in misses:
        if options.misses and field.casefold().startswith(options.misses.casefold()):
            print(f"{contract} {field}\n  wanted {label}\n  got    {got}")
    return 0 if score.macro_f1(ours) > score.macro_f1(peer) else 1


if __name__ == "__main__":
    sys.exit(main())
