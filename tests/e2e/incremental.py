#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing is asked twice: what a changed job costs, in model calls.

  first run                               one call a row
  an enum value added                     0 calls
  an enum value removed that k rows used  exactly k calls
  one row appended                        1 call
  another sink                            0 calls
  the same job again                      0 calls
  a field added                           one call a row: the stored answers do not speak of it
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

MOODS = ["good", "bad", "mixed", "unclear"]


def write_job(folder, port, moods, sinks, more=None):
    schema = {"type": "object", "properties": {"mood": {"enum": moods}, "word": {"type": "string"}, **(more or {})}, "required": ["mood", "word"]}
    job = {"name": "moods", "model": "http://127.0.0.1:%d/v1#fake-1" % port, "input": {"jsonl": "rows.jsonl"},
           "steps": [{"map": {"schema": schema, "evidence": "off", "prompt": "What is the mood of this review? {{text}}"}}], "output": sinks}
    with open(os.path.join(folder, "job.yaml"), "w") as out:
        json.dump(job, out)


def run(bin_dir, folder):
    done = subprocess.run([os.path.join(bin_dir, "yakan"), "run", "job.yaml", "--json"], cwd=folder, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit("the run ended with %d: %s" % (done.returncode, done.stdout.decode()))
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--rows", type=int, default=2000)
    args = parser.parse_args()
    bin_dir = os.path.abspath(args.bin_dir)
    with tempfile.TemporaryDirectory(prefix="yakan-incremental-") as folder:
        port_file = os.path.join(folder, "port")
        server = subprocess.Popen([os.path.join(bin_dir, "yakan-fakemodel"), "--port-file", port_file], stdout=subprocess.DEVNULL)
        try:
            for _ in range(200):
                if os.path.exists(port_file) and open(port_file).read().strip():
                    break
                time.sleep(0.05)
            port = int(open(port_file).read())
            rows = os.path.join(folder, "rows.jsonl")
            with open(rows, "w") as out:
                for row in range(args.rows):
                    out.write(json.dumps({"text": "review number %d of the hotel" % row}) + "\n")
            jsonl = [{"jsonl": "out/rows.jsonl"}]
            failures = 0

            def expect(what, calls):
                nonlocal failures
                report = run(bin_dir, folder)
                good = report["model_calls"] == calls and report["rows"]["ok"] == report["rows"]["rows"]
                failures += not good
                print("%-4s %-42s model calls: %d (wanted %d)" % ("ok" if good else "BAD", what, report["model_calls"], calls))

            write_job(folder, port, MOODS, jsonl)
            expect("first run", args.rows)
            expect("the same again", 0)
            write_job(folder, port, MOODS + ["angry"], jsonl)
            expect("an enum value added", 0)
            used = sum(json.loads(line)["mood"] == "unclear" for line in open(os.path.join(folder, "out/rows.jsonl")))
            write_job(folder, port, MOODS[:3], jsonl)
            expect("an enum value removed that %d rows used" % used, used)
            write_job(folder, port, MOODS[:3], jsonl + [{"csv": "out/rows.csv"}])
            expect("another sink", 0)
            with open(rows, "a") as out:
                out.write(json.dumps({"text": "one more review"}) + "\n")
            expect("one row appended", 1)
            write_job(folder, port, MOODS[:3], jsonl, {"size": {"type": ["integer", "null"]}})
            expect("a field added: a new question", args.rows + 1)
            sys.exit(1 if failures or used == 0 else 0)
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
