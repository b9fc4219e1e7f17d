#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the bounces example with the program given and compares every row with its gold files.

    bounces.py PATH_TO_YAKAN

The codes of a row, the addresses with their codes, and the number of rows must be equal; every quote given as evidence must be
part of a line that its mail holds.
"""
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "bounces"


def fail(message):
    sys.exit(f"FAILED: {message}")


def read_csv(name):
    with open(EXAMPLE / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check_recipients(rows):
    wanted = [(r["file"], r["address"], r["dsn"], r["reply_code"]) for r in read_csv("gold-recipients.csv")]
    found = [(file, r["address"], r["dsn"] or "", r["reply_code"] or "")
             for file, row in sorted(rows.items()) for r in row["recipients"] or []]
    if wanted != found:
        fail(f"recipients: wanted {wanted}, found {found}")


def check_evidence(rows):
    for file, row in rows.items():
        for field in ("dsn", "reply_code"):
            places = row.get("_evidence", {}).get("/" + field, [])
            if bool(row[field]) != bool(places):
                fail(f"{file}: {field} is {row[field]}, its evidence {places}")
            if places and places[0]["quote"] != row[field]:
                fail(f"{file}: the quote {places[0]['quote']} is not the value {row[field]}")


def main():
    yakan = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder) / "bounces"
        shutil.copytree(EXAMPLE, work)
        env = dict(os.environ, YAKAN_STORE=f"sqlite:{folder}/yakan.db")
        done = subprocess.run([yakan, "run", "bounces.yaml"], cwd=work, env=env, capture_output=True, text=True)
        if done.returncode != 0:
            fail(f"yakan run ended with code {done.returncode}: {done.stdout}{done.stderr}")
        lines = (work / "out" / "bounces.jsonl").read_text(encoding="utf-8").splitlines()
        rows = {row["_source"]["file"]: row for row in map(json.loads, lines)}
    gold = read_csv("gold.csv")
    if sorted(rows) != [row["file"] for row in gold] or len(lines) != len(gold):
        fail(f"rows for {sorted(rows)}")
    for row in gold:
        for field in ("dsn", "reply_code"):
            if (rows[row["file"]][field] or "") != row[field]:
                fail(f"{row['file']}: {field} is {rows[row['file']][field]}, not {row[field] or 'null'}")
    check_recipients(rows)
    check_evidence(rows)
    print(f"{len(rows)} mails, all codes and addresses as in the gold files")


if __name__ == "__main__":
    main()
