#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A run on a model file is killed in the middle, its model process too: the next run goes on, no row is lost or asked
again once its answer was stored, and no process is left behind.

    model_killed.py BIN_DIR MODEL [--rows 300] [--kills 3]
"""
import argparse
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

JOB = """name: mails
input: {jsonl: rows.jsonl}
steps:
  - map: {prompt: "What kind of mail is this? {{text}}", schema: schema.json, evidence: "off"}
output:
  - {jsonl: out.jsonl}
"""
SCHEMA = {"type": "object",
          "properties": {"category": {"type": "string", "enum": ["ham", "spam"]},
                         "priority": {"type": "integer", "minimum": 1, "maximum": 5}},
          "required": ["category", "priority"], "additionalProperties": False}


def stored_answers(db):
    if not db.exists():
        return 0
    try:
        return sqlite3.connect(f"file:{db}?mode=ro", uri=True).execute("SELECT count(*) FROM answers").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def model_processes(model):
    """Command lines name the program only, so that what it has mapped tells which model it runs."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "comm").read_text().strip() == "yakan-model" and str(model) in (entry / "maps").read_text():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--kills", type=int, default=3)
    arguments = parser.parse_args()
    arguments.bin_dir = arguments.bin_dir.resolve()
    rng = random.Random(4)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model = folder / "model.gguf"
        model.write_bytes(arguments.model.read_bytes())
        (folder / "job.yaml").write_text(JOB)
        (folder / "schema.json").write_text(json.dumps(SCHEMA))
        (folder / "rows.jsonl").write_text("".join(
            json.dumps({"text": f"mail {i} " + ("a discount " if i % 3 == 0 else "hello ") * rng.randint(1, 9)}) + "\n"
            for i in range(arguments.rows)))
        command = [arguments.bin_dir / "yakan", "run", "job.yaml", "--set", "model=model.gguf", "--json"]
        db = folder / "yakan.db"
        for kill in range(arguments.kills):
            # One model process is killed alone: the run must go on with a new one.
            process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wanted = stored_answers(db) + arguments.rows // (2 * arguments.kills)
            shot = False
            while process.poll() is None and stored_answers(db) < wanted:
                if not shot and stored_answers(db) > wanted - arguments.rows // (4 * arguments.kills):
                    for pid in model_processes(model):
                        os.kill(pid, signal.SIGKILL)
                    shot = True
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        before = stored_answers(db)
        result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        summary = json.loads(result.stdout)
        out = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
        wrong = [row for i, row in enumerate(out) if row["category"] != ("spam" if i % 3 == 0 else "ham")]
        problems = []
        if result.returncode != 0:
            problems.append(f"the last run ended with {result.returncode}")
        if [row["_id"] for row in out] != list(range(arguments.rows)) or wrong:
            problems.append(f"{len(out)} rows of {arguments.rows} came out, {len(wrong)} of them wrong")
        if summary["model_calls"] != arguments.rows - before:
            problems.append(f"{before} answers were stored and {summary['model_calls']} of {arguments.rows} rows asked")
        deadline = time.monotonic() + 10
        while model_processes(model) and time.monotonic() < deadline:
            time.sleep(0.05)
        if model_processes(model):
            problems.append("a model process is still running")
        print(f"{arguments.kills} kills, {before} answers stored before the last run, {summary['model_calls']} asked in it, "
              f"{len(out)} rows came out")
        for problem in problems:
            print("PROBLEM:", problem)
        sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
