#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a run many times with SIGKILL and checks that nothing is lost, doubled or paid twice.

A run of --rows rows against yakan-fakemodel is killed --kills times, at moments drawn evenly over its whole work (a kill is
due when the server has answered so many requests as were drawn), then left to end. Against an unkilled run:
  lost        rows of the input without a line in the output
  duplicate   rows with more than one
  different   JSONL not equal byte for byte, or an XLSX cell that differs
  asked again rows that the server was asked for although their raw answer was in the store when the kill struck
Every one must be 0, and at least --in-flight-share of the kills must have struck while requests were out.

  --stop      SIGSTOP for a moment and SIGCONT instead of SIGKILL
"""
import argparse
import collections
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree
import zipfile

SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}, "mood": {"enum": ["good", "bad", "mixed"]},
                                           "size": {"type": "integer", "minimum": 0, "maximum": 99}},
          "required": ["word", "mood", "size"], "additionalProperties": False}


def key_of(row):
    return "row-%06d" % row


class Server:
    def __init__(self, bin_dir, folder, latency_ms):
        self.log = os.path.join(folder, "server.jsonl")
        port_file = os.path.join(folder, "port")
        self.process = subprocess.Popen([os.path.join(bin_dir, "yakan-fakemodel"), "--latency-ms", str(latency_ms), "--latency-sigma", "0.5",
                                         "--log", self.log, "--row-key", "key=", "--port-file", port_file], stdout=subprocess.DEVNULL)
        for _ in range(200):
            if os.path.exists(port_file) and open(port_file).read().strip():
                break
            time.sleep(0.05)
        self.port = int(open(port_file).read())
        self.read_to = 0

    def stats(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/stats" % self.port, timeout=10) as reply:
            return json.load(reply)

    def new_keys(self):
        """Row keys asked for since the last call."""
        keys = []
        with open(self.log, "rb") as log:
            log.seek(self.read_to)
            data = log.read()
        data = data[:data.rfind(b"\n") + 1]
        self.read_to += len(data)
        for line in data.splitlines():
            entry = json.loads(line)
            if entry.get("event") == "taken":
                keys.append(entry["key"])
        return keys

    def stop(self):
        self.process.kill()
        self.process.wait()


def write_job(folder, rows, port):
    with open(os.path.join(folder, "rows.jsonl"), "w") as out:
        for row in range(rows):
            # The key again and again: whatever words the model quotes, a stored answer tells whose answer it is.
            out.write(json.dumps({"text": " ".join(["key=" + key_of(row)] * 40)}) + "\n")
    job = {"name": "kill", "model": "http://127.0.0.1:%d/v1#fake-1" % port, "input": {"jsonl": "rows.jsonl"},
           "steps": [{"map": {"schema": SCHEMA, "evidence": "off"}}],
           "output": [{"jsonl": "out/rows.jsonl"}, {"xlsx": "out/rows.xlsx"}], "run": {"in_flight": 16}}
    with open(os.path.join(folder, "job.yaml"), "w") as out:
        json.dump(job, out)


def start_run(bin_dir, folder):
    return subprocess.Popen([os.path.join(bin_dir, "yakan"), "run", "job.yaml", "--quiet"], cwd=folder, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)


def stored_keys(folder):
    """Rows whose raw answer is durable in the store."""
    path = os.path.join(folder, "yakan.db")
    if not os.path.exists(path):
        return set()
    db = sqlite3.connect(path)
    try:
        bodies = db.execute("SELECT body FROM answers WHERE finish='stop'").fetchall()
    except sqlite3.OperationalError:
        return set()
    finally:
        db.close()
    found = [re.search(r"row-\d{6}", body) for (body,) in bodies]
    return {key.group() for key in found if key}


def workbook_cells(path):
    cells = {}
    with zipfile.ZipFile(path) as book:
        for name in sorted(book.namelist()):
            if name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml":
                cells[name] = [(e.tag, e.attrib, e.text) for e in xml.etree.ElementTree.fromstring(book.read(name)).iter()]
    return cells


def wait_for(run, folder):
    output, _ = run.communicate(timeout=600)
    if run.returncode != 0:
        sys.exit("the run in %s ended with %d:\n%s" % (folder, run.returncode, output.decode()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--rows", type=int, default=10000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency-ms", type=float, default=40)
    parser.add_argument("--in-flight-share", type=float, default=0.8)
    parser.add_argument("--stop", action="store_true")
    args = parser.parse_args()
    args.bin_dir = os.path.abspath(args.bin_dir)
    dice = random.Random(args.seed)
    with tempfile.TemporaryDirectory(prefix="yakan-kill-") as top:
        quiet, killed = os.path.join(top, "quiet"), os.path.join(top, "killed")
        os.makedirs(quiet)
        os.makedirs(killed)

        server = Server(args.bin_dir, quiet, args.latency_ms)
        write_job(quiet, args.rows, server.port)
        wait_for(start_run(args.bin_dir, quiet), quiet)
        server.stop()

        server = Server(args.bin_dir, killed, args.latency_ms)
        write_job(killed, args.rows, server.port)
        due = sorted(dice.randrange(1, min(args.rows * 98 // 100, args.rows - 100)) for _ in range(args.kills))
        struck = in_flight_kills = 0
        asked_again, requests, seen = [], 0, set()
        durable = set()
        answered_before = 0
        run = start_run(args.bin_dir, killed)
        for threshold in due:
            # Progress is what was durable at the last kill and what was answered since.
            while run.poll() is None:
                answered = server.stats()["answered"] - answered_before
                if answered > 0 and answered + len(durable) >= threshold:
                    break
                time.sleep(0.001)
            if run.poll() is not None:
                break
            struck += 1
            if args.stop:
                run.send_signal(signal.SIGSTOP)
                in_flight_kills += server.stats()["in_flight"] > 0
                time.sleep(0.05)
                run.send_signal(signal.SIGCONT)
                continue
            run.kill()
            in_flight_kills += server.stats()["in_flight"] > 0
            run.wait()
            # Requests of the dead process that the server still had are asked again only if no answer was stored.
            time.sleep(0.02)
            keys = server.new_keys()
            requests += len(keys)
            seen.update(keys)
            asked_again += [key for key in keys if key in durable]
            durable = stored_keys(killed)
            answered_before = server.stats()["answered"]
            run = start_run(args.bin_dir, killed)
        wait_for(run, killed)
        keys = server.new_keys()
        requests += len(keys)
        seen.update(keys)
        asked_again += [key for key in keys if key in durable]
        server.stop()

        with open(os.path.join(killed, "out/rows.jsonl"), "rb") as lines:
            killed_bytes = lines.read()
        with open(os.path.join(quiet, "out/rows.jsonl"), "rb") as lines:
            quiet_bytes = lines.read()
        if not all(re.fullmatch(r"row-\d{6}", key) for key in seen):
            sys.exit("the server's log does not name the rows: this check would see nothing")
        ids = collections.Counter(json.loads(line)["_id"] for line in killed_bytes.splitlines())
        lost = args.rows - len(ids)
        duplicate = sum(count - 1 for count in ids.values())
        different = int(killed_bytes != quiet_bytes)
        different += int(workbook_cells(os.path.join(killed, "out/rows.xlsx")) != workbook_cells(os.path.join(quiet, "out/rows.xlsx")))
        report = {"rows": args.rows, "kills": struck, "with rows in flight": in_flight_kills, "requests": requests, "known to be stored": len(durable), "lost": lost,
                  "duplicate": duplicate, "different": different, "asked again": len(asked_again)}
        print("  ".join("%s: %s" % item for item in report.items()))
        good = lost == duplicate == different == len(asked_again) == 0
        good = good and struck == args.kills and in_flight_kills >= args.in_flight_share * struck
        sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
