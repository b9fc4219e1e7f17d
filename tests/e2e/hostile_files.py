#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that make their reader do what is forbidden, in the middle of a folder of good ones.

The reader is started with its debug commands on, so that a file named *.debug is the crime itself: opening a socket,
writing into a folder, starting a program, crashing, sending rubbish. `yakan run` ends with exit code 3; each crime is
one failed row that says what happened, every good file is a good row, and nothing was written or started.
"""
import json
import os
import stat
import subprocess
import sys
import tempfile

from job_rows import rows_of

FORBIDDEN = "something forbidden"
CRIMES = {"socket": FORBIDDEN, "write": FORBIDDEN, "exec": FORBIDDEN, "crash": "crashed its reader", "abort": "crashed its reader",
          "garbage": "no frame"}


def check(condition, problem, *details):
    if not condition:
        sys.exit("hostile_files: " + problem % details)


def main():
    bin_dir = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="yakan-hostile-") as folder:
        reader = os.path.join(folder, "reader")
        with open(reader, "w", encoding="utf-8") as out:
            out.write('#!/bin/sh\nexec "%s/yakan-reader" --debug-commands "$@"\n' % bin_dir)
        os.chmod(reader, os.stat(reader).st_mode | stat.S_IXUSR)
        os.mkdir(os.path.join(folder, "in"))
        good = ["%02d-good.txt" % number for number in range(2 * len(CRIMES))]
        for number, name in enumerate(good):
            with open(os.path.join(folder, "in", name), "w", encoding="utf-8") as out:
                out.write("Delivered on 2024-04-%02d." % (number + 1))
        for number, crime in enumerate(CRIMES):
            with open(os.path.join(folder, "in", "%02d-%s.debug" % (2 * number, crime)), "w", encoding="utf-8") as out:
                out.write(crime)
        job = {"name": "hostile", "model": "builtin", "input": {"files": "in/*"},
               "steps": [{"map": {"prompt": "When? {{text}}", "evidence": "off",
                                  "schema": {"type": "object", "properties": {"date": {"type": ["string", "null"], "format": "date"}}, "required": ["date"]}}}],
               "output": [{"jsonl": "out.jsonl"}]}
        with open(os.path.join(folder, "job.yaml"), "w", encoding="utf-8") as out:
            json.dump(job, out)
        done = subprocess.run([os.path.join(bin_dir, "yakan"), "run", "job.yaml"], cwd=folder, env=dict(os.environ, YAKAN_READER=reader, HOME=folder),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=240)
        check(done.returncode == 3, "exit code %d instead of 3: %s", done.returncode, done.stderr.decode(errors="replace"))
        read = sorted(os.path.basename(row["_source"]["file"]) for row in rows_of(os.path.join(folder, "out.jsonl")) if row.get("_status") == "ok")
        check(read == good, "these good files are rows: %s", read)
        bad = {os.path.basename(row["_source"]["file"])[3:-6]: row for row in rows_of(os.path.join(folder, "out.errors.jsonl"))}
        check(sorted(bad) == sorted(CRIMES), "these crimes are failed rows: %s", sorted(bad))
        for crime, words in CRIMES.items():
            check(words in json.dumps(bad[crime]["_error"]), "the row of %s says: %s", crime, bad[crime]["_error"])
        for place, _, names in os.walk(folder):
            check("escaped" not in names, "a reader wrote a file into %s", place)
        print("%d good rows, %d crimes explained" % (len(read), len(bad)))


if __name__ == "__main__":
    main()
