#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs bench/readers/settlement/settlement.yaml on the settlement cards of the shared data and compares with the gold
rows, value by value; then again on a copy of the workbook in which all rows of all sheets stand further down.

  bench/readers/settlement.py [--yakan build/release/bin/yakan] [--shared ../shared] [--down 7]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def move_down(source, target, rows):
    """Writes the workbook with `rows` empty rows on top of every sheet."""
    def reference(match):
        return match[1] + str(int(match[2]) + rows)

    def references(match):
        return match[1] + re.sub(r"([A-Z]+)(\d+)", reference, match[2]) + match[3]

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", item.filename):
                text = data.decode("utf-8")
                text = re.sub(r'(<row [^>]*?\br=")(\d+)(?=")', reference, text)
                text = re.sub(r'(<c [^>]*?\br=")([A-Z]+\d+)(")', references, text)
                text = re.sub(r'(<(?:mergeCell|dimension) [^>]*?\bref=")([A-Z0-9:]+)(")', references, text)
                data = text.encode("utf-8")
            new.writestr(item, data)


def run(yakan, workbook, folder):
    job = folder / "settlement.yaml"
    shutil.copy(ROOT / "bench/readers/settlement/settlement.yaml", job)
    start = time.monotonic()
    done = subprocess.run([yakan, "run", str(job), "--input", str(workbook), "--new"], capture_output=True, text=True, timeout=600)
    took = time.monotonic() - start
    print(done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr.strip())
    out = folder / "out/settlement.jsonl"
    rows = [json.loads(line) for line in out.open(encoding="utf-8")] if out.exists() else []
    errors = out.with_name("settlement.errors.jsonl")
    if errors.exists():
        rows += [json.loads(line) for line in errors.open(encoding="utf-8")]
    return rows, took


def compare(name, rows, gold, took):
    by_sheet = {row.get("sheet"): row for row in rows if row["_status"] == "ok"}
    equal = expected = quoted = 0
    for want in gold:
        got = by_sheet.get(want["sheet"])
        for field, value in want.items():
            if field == "sheet":
                continue
            expected += 1
            if got is None:
                print(f"MISS {name}: sheet {want['sheet']}: no row")
                break
            if field in got and got[field] == value:
                equal += 1
            else:
                print(f"MISS {name}: {want['sheet']} {field}: {got.get(field)!r}, expected {value!r}")
            quoted += bool(got.get("_evidence", {}).get("/" + field))
    for row in rows:
        if row["_status"] != "ok":
            print(f"FAILED {name}: {row['_error']['message']}")
    rows_equal = len(rows) == len(gold)
    print(f"{name}: {equal} / {expected} values equal, {quoted} with evidence, {len(rows)} rows for {len(gold)}, {took:.1f} s")
    return equal == expected and rows_equal


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--yakan", default=str(ROOT / "build/release/bin/yakan"))
    parser.add_argument("--shared", default=os.environ.get("YAKAN_SHARED", str(ROOT.parent / "shared")))
    parser.add_argument("--down", type=int, default=7, help="rows that are inserted on top")
    args = parser.parse_args()
    data = pathlib.Path(args.shared) / "data/spreadsheets"
    if not data.is_dir():
        sys.exit(f"{data} is not there; name the folder of shared data by --shared or YAKAN_SHARED")
    workbook = data / "files/Melnus__FY2022-settlementcard.xlsx"
    gold = [json.loads(line) for line in (data / "gold/FY2022-settlementcard.jsonl").open(encoding="utf-8")]
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        moved = scratch / "moved.xlsx"
        move_down(workbook, moved, args.down)
        for name, path in (("as published", workbook), (f"{args.down} rows further down", moved)):
            folder = scratch / name.replace(" ", "-")
            folder.mkdir()
            rows, took = run(args.yakan, path, folder)
            good &= compare(name, rows, gold, took)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
