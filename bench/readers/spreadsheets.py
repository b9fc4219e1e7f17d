#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every workbook and CSV file of the shared data with `yakan read --json` and compares with the manifest: sheets,
states, counts, merged ranges, formulas, sample cells, errors. Prints found / expected and each miss.

  bench/readers/spreadsheets.py [--yakan build/release/bin/yakan] [--shared ../shared] [--only PART-OF-ID]
"""
import argparse
import collections
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(yakan, path):
    done = subprocess.run([yakan, "read", "--json", str(path)], capture_output=True, timeout=180)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"error": {"reason": "no JSON", "message": done.stderr.decode(errors="replace")[-300:]}}


def seconds_of(duration):
    match = re.fullmatch(r"(-?)PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S", duration)
    if match:
        total = int(match[2]) * 3600 + int(match[3]) * 60 + float(match[4])
        return -total if match[1] else total
    match = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", duration)
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else None


def serial_of(text):
    """Days as Excel counts them from 1900."""
    for form in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"):
        try:
            return (datetime.datetime.strptime(text[:19], form) - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
        except ValueError:
            pass
    seconds = seconds_of(text)
    return None if seconds is None else seconds / 86400


def same_number(a, b):
    try:
        return abs(float(a) - float(b)) <= 1e-9 * max(1.0, abs(float(b)))
    except (TypeError, ValueError):
        return False


def agrees(cell, want):
    """Whether a cell has the value that the manifest gives."""
    if cell is None:
        return want["v"] in (None, "")
    kind, value = want["t"], want["v"]
    got_type, got = cell.get("type", "text"), cell.get("value", cell["text"])
    if kind == "string":
        return cell["text"].replace("\r\n", "\n") == str(value).replace("\r\n", "\n")
    if kind == "number":
        return got_type == "number" and same_number(got, value)
    if kind == "bool":
        return got_type == "bool" and got == ("true" if value else "false")
    if kind == "error":
        return got_type == "error" and got == value
    if kind == "duration_s":
        seconds = seconds_of(got)
        return got_type == "date" and seconds is not None and abs(seconds - value) < 1
    if kind in ("datetime", "date", "time"):
        if isinstance(value, (int, float)):
            serial = serial_of(got)
            if serial is not None and serial < 70 and serial > 1:
                serial = serial if abs(serial - value) < 1e-4 else serial - 1  # before March 1900
            return got_type == "date" and serial is not None and abs(serial - value) < 2e-5
        plain = lambda text: re.sub(r"(T00:00:00)?(\.\d+)?$", "", text)
        return got_type == "date" and plain(got) == plain(str(value))
    return cell["text"] == str(value)


class Score:
    def __init__(self):
        self.found, self.expected, self.misses = collections.Counter(), collections.Counter(), []

    def check(self, what, ok, where, detail=""):
        self.expected[what] += 1
        if ok:
            self.found[what] += 1
        else:
            self.misses.append((what, where, detail))


def name_of(row, col):
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def check_sheet(score, where, want, table, read_by_freexl):
    cells = {cell["cell"]: cell for cell in table["cells"]}
    full = sum(1 for cell in table["cells"] if cell["text"] != "")
    score.check("non_empty", full == want["non_empty"], where, f"{full} cells, expected {want['non_empty']}")
    if "state" in want:
        hidden = want["state"] != "visible"
        score.check("state", table["hidden"] == hidden, where, f"hidden is {table['hidden']}, expected {want['state']}")
    spans = {cell["cell"]: cell for cell in table["cells"] if cell["rowspan"] > 1 or cell["colspan"] > 1}
    if "merged" in want and not read_by_freexl:
        score.check("merged", len(spans) == want["merged"], where, f"{len(spans)} merged ranges, expected {want['merged']}")
        for ref in want.get("merged_samples", []):
            cell = spans.get(ref.split(":")[0])
            end = cell and name_of(cell["row"] + cell["rowspan"] - 1, cell["col"] + cell["colspan"] - 1)
            score.check("merged range", cell is not None and end == ref.split(":")[1], where, ref)
    for sample in want.get("samples", []):
        cell = cells.get(sample["cell"])
        got = cell and {key: cell[key] for key in ("text", "type", "value") if key in cell}
        score.check("cell " + sample["t"], agrees(cell, sample), where, f"{sample} got {got}")
    if "formulas" in want and not read_by_freexl:
        count = sum(1 for cell in table["cells"] if cell.get("formula"))
        score.check("formulas", count == want["formulas"], where, f"{count} formulas, expected {want['formulas']}")
    for sample in want.get("formula_samples", []):
        cell = cells.get(sample["cell"], {})
        formula = sample["formula"]
        if isinstance(formula, str):
            score.check("formula", "=" + cell.get("formula", "") == formula, where, f"{sample} got {cell.get('formula')}")
        if sample.get("cached"):
            score.check("cached", agrees(cell or None, sample["cached"]), where, f"{sample} got {cell.get('text')}")


def check_workbook(score, entry, document):
    tables = document.get("tables", [])
    names = [table["name"] for table in tables]
    want = entry.get("sheets")
    if want is None:
        score.check("read", True, entry["id"])
        return
    score.check("sheet names", names == [sheet["name"] for sheet in want], entry["id"],
                f"{names}, expected {[sheet['name'] for sheet in want]}")
    for sheet in want:
        table = next((table for table in tables if table["name"] == sheet["name"]), None)
        where = f"{entry['id']} / {sheet['name']}"
        if table is None:
            score.check("sheet", False, where, "missing")
            continue
        check_sheet(score, where, sheet, table, entry["format"] == "xls")


def check_csv(score, entry, document):
    want, tables = entry["csv"], document.get("tables", [])
    if not tables:
        return False
    table = tables[0]
    columns = want.get("columns")
    if columns:
        rows = table["n_rows"] - 1
        score.check("csv columns", table.get("rows", [[]])[0] == columns, entry["id"], str(table.get("rows", [[]])[0])[:200])
    else:
        rows = table["n_rows"]
    score.check("csv rows", rows == want["rows"], entry["id"], f"{rows} rows, expected {want['rows']}")
    for key, at in (("first_row", 1), ("last_row", -1)):
        if key in want and isinstance(want[key], list):
            score.check("csv row", table["rows"][at] == want[key], entry["id"], f"{key}: {table['rows'][at]} expected {want[key]}")
    return True


def check_migration(score, yakan, data):
    """The table of migration by prefecture as rows, without saying where its header stands."""
    gold = data / "gold/FY2025-migration_prefecture.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        job = pathlib.Path(folder) / "job.yaml"
        book = data / "files/Melnus__FY2025-migration_prefecture.xlsx"
        job.write_text(f"name: migration\ninput: {{xlsx: {book}}}\noutput: [{{jsonl: out.jsonl}}]\n", encoding="utf-8")
        subprocess.run([yakan, "run", str(job)], capture_output=True, timeout=180)
        out = job.with_name("out.jsonl")
        rows = [json.loads(line) for line in out.open(encoding="utf-8")] if out.exists() else []
    want = [list(json.loads(line).values()) for line in gold.open(encoding="utf-8")]
    got = [[value for name, value in row.items() if not name.startswith("_")] for row in rows]
    score.check("gold row count", len(got) == len(want), "migration", f"{len(got)} rows, expected {len(want)}")
    for i, row in enumerate(want):
        score.check("gold row", i < len(got) and got[i] == row, "migration", f"{got[i] if i < len(got) else None}, expected {row}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--yakan", default=str(ROOT / "build/release/bin/yakan"))
    parser.add_argument("--shared", default=os.environ.get("YAKAN_SHARED", str(ROOT.parent / "shared")))
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    data = pathlib.Path(args.shared) / "data/spreadsheets"
    if not data.is_dir():
        sys.exit(f"{data} is not there; name the folder of shared data by --shared or YAKAN_SHARED")
    score, skipped, slow = Score(), [], []
    for line in (data / "manifest.jsonl").open(encoding="utf-8"):
        entry = json.loads(line)
        if args.only not in entry["id"]:
            continue
        start = time.monotonic()
        document = read(args.yakan, data / entry["file"])
        took = time.monotonic() - start
        if took > 2:
            slow.append(f"{entry['id']} {took:.1f} s")
        reason = document.get("error", {}).get("reason")
        if entry["expect_error"]:
            score.check("error", reason == entry["expect_error"], entry["id"], f"{reason}, expected {entry['expect_error']}")
        elif reason:
            if entry["format"] in ("csv", "tsv"):
                skipped.append(entry["id"])
            else:
                score.check("read", False, entry["id"], document["error"]["message"])
        elif "csv" in entry:
            if not check_csv(score, entry, document):
                skipped.append(entry["id"])
        else:
            check_workbook(score, entry, document)
    if not args.only:
        check_migration(score, args.yakan, data.resolve())
    for what, where, detail in score.misses:
        print(f"MISS {what}: {where}: {detail}")
    for what in sorted(score.expected):
        print(f"{what:16} {score.found[what]:5} / {score.expected[what]}")
    found, expected = sum(score.found.values()), sum(score.expected.values())
    print(f"{'all':16} {found:5} / {expected}  {100 * found / max(1, expected):.2f} %")
    if skipped:
        print("not read as tables:", ", ".join(skipped))
    if slow:
        print("slower than 2 s:", ", ".join(slow))


if __name__ == "__main__":
    main()
