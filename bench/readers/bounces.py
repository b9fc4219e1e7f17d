#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the bounces example over the mails of ../shared/data/bounce-mails and scores it against their manifest.

    python3 bench/readers/bounces.py [--yakan build/release/bin/yakan] [--keep DIR] [--misses]

Expected and found recipients are compared as lists whose order does not matter: an expected code is found when an entry that is not
yet taken has it. Codes that the manifest leaves empty must be empty: a code too many fails one of them. Status codes x.0.9nn
are the reference's own invention and are left out with what was found for them.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(yakan, data, work):
    for name in ("bounces.yaml", "bounce.schema.json", "bounce.prompt.md"):
        shutil.copy(ROOT / "examples" / "bounces" / name, work / name)
    env = dict(os.environ, YAKAN_STORE=f"sqlite:{work}/yakan.db")
    command = [yakan, "run", "bounces.yaml", "--input", str(data / "files")]
    done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True)
    print(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.stdout[-300:])
    rows = {}
    for line in (work / "out" / "bounces.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[pathlib.PurePath(row["_source"]["file"]).name] = row
    return rows


def score(field, expected, found, totals):
    """Adds to the totals; gives what is wrong as text, or None."""
    pseudo = sum(1 for value in expected if field == "dsn" and ".0.9" in value)
    rest = Counter(value for value in found if value)
    missing = []
    for value in expected:
        if not value or (field == "dsn" and ".0.9" in value):
            continue
        totals[field, "n"] += 1
        if rest[value] > 0:
            rest[value] -= 1
            totals[field, "ok"] += 1
        else:
            missing.append(value)
    # What stands in the place of a missing code is counted there.
    extra = max(sum(rest.values()) - len(missing) - pseudo, 0)
    empty = sum(1 for value in expected if not value)
    totals[field, "empty"] += empty
    totals[field, "stay"] += empty - min(extra, empty)
    if missing or (extra and empty):
        return f"{field}: wanted {expected}, found {found}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--yakan", default=str(ROOT / "build/release/bin/yakan"))
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("YAKAN_SHARED", ROOT.parent / "shared")) / "data" / "bounce-mails"
    if not data.is_dir():
        sys.exit(f"{data} is not there; set YAKAN_SHARED")
    work = arguments.keep or pathlib.Path(tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    rows = run(str(pathlib.Path(arguments.yakan).resolve()), data, work)
    totals, rows_equal, top = Counter(), 0, Counter()
    entries = [json.loads(line) for line in (data / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    for entry in entries:
        row = rows.get(pathlib.PurePath(entry["file"]).name, {})
        recipients = row.get("recipients") or []
        rows_equal += len(recipients) == len(entry["expect"])
        for field in ("dsn", "reply_code"):
            expected = [each[field] for each in entry["expect"]]
            wrong = score(field, expected, [each.get(field) for each in recipients], totals)
            if wrong and arguments.misses:
                print(f"MISS {entry['id']} {wrong}")
            if len(expected) == 1 and expected[0] and not (field == "dsn" and ".0.9" in expected[0]):
                top[field, "n"] += 1
                top[field, "ok"] += row.get(field) == expected[0]
    for field in ("dsn", "reply_code"):
        n, good = totals[field, "n"], totals[field, "ok"]
        print(f"{field:11} {good} / {n} exact ({good / n:.4f}); empty stays empty {totals[field, 'stay']} / {totals[field, 'empty']}; "
              f"field of the row itself, mails with one recipient: {top[field, 'ok']} / {top[field, 'n']}")
    print(f"rows {len(rows)} of {len(entries)}; number of recipients equal {rows_equal} / {len(entries)} "
          "(a mail without codes may name none)")
    if not arguments.keep:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
