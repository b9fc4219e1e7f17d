#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs golden transcripts: each *.test file is what a user types and what the program prints.

  file NAME          the lines up to `end` become that file (a path below the test's own folder)
  start NAME CMD     a program in the background; `start fake yakan-fakemodel …` waits until it prints its port,
                     which {fake} then stands for. It is stopped when the test ends
  $ CMD              run by bash, stdout and stderr together; the lines below are what it must print
  ? N                its exit code (0 when left out)
  # …                a comment, outside of expected output

In expected lines `[..]` stands for any text within the line, and a line of `...` for any lines. {dir} is the
test's folder, {tests} the folder tests/ of the source."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def line_pattern(line):
    return "".join(".*?" if part == "[..]" else re.escape(part) for part in re.split(r"(\[\.\.\])", line))


def matches(expected, actual):
    """expected: lines with wildcards; actual: lines."""
    pattern = ""
    for line in expected:
        pattern += r"(?:.*\n)*?" if line.strip() == "..." else line_pattern(line) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


class Transcript:
    def __init__(self, path, bin_dir):
        self.path = path
        self.env = dict(os.environ, PATH=bin_dir + ":" + os.environ["PATH"], LC_ALL="C.UTF-8")
        for name in ("YAKAN_STORE", "XDG_DATA_HOME", "HF_TOKEN", "HF_ENDPOINT", "OLLAMA_MODELS"):
            self.env.pop(name, None)
        self.dir = tempfile.mkdtemp(prefix="yakan-cli-")
        self.env["HOME"] = self.dir
        self.names = {"dir": self.dir, "tests": os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}
        self.background = []
        self.failures = []

    def fill(self, text):
        for name, value in self.names.items():
            text = text.replace("{%s}" % name, value)
        return text

    def start(self, name, command):
        log = os.path.join(self.dir, "." + name + ".out")
        with open(log, "w") as out:
            process = subprocess.Popen(["bash", "-c", "exec " + command], cwd=self.dir, env=self.env, stdout=out,
                                       stderr=subprocess.STDOUT, start_new_session=True)
        self.background.append(process)
        for _ in range(200):
            found = re.search(r"127\.0\.0\.1:(\d+)", open(log).read())
            if found:
                self.names[name] = found.group(1)
                return
            if process.poll() is not None:
                break
            time.sleep(0.05)
        self.failures.append(f"{name} did not start: {open(log).read()}")

    def check(self, number, command, expected, code):
        done = subprocess.run(["bash", "-c", self.fill(command)], cwd=self.dir, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        actual = done.stdout.decode("utf-8", "replace").replace(self.dir, "{dir}").splitlines()
        if matches(expected, actual) and done.returncode == code:
            return
        self.failures.append("\n".join([f"line {number}: $ {command}", f"  exit {done.returncode}, wanted {code}", "  wanted:"]
                                       + ["    " + line for line in expected] + ["  got:"] + ["    " + line for line in actual]))

    def run(self):
        lines = open(self.path, encoding="utf-8").read().splitlines()
        at = 0
        try:
            while at < len(lines) and not self.failures:
                line = lines[at]
                at += 1
                if line.startswith("file "):
                    name = os.path.join(self.dir, line[5:].strip())
                    body = []
                    while lines[at] != "end":
                        body.append(lines[at])
                        at += 1
                    at += 1
                    os.makedirs(os.path.dirname(name), exist_ok=True)
                    with open(name, "w", encoding="utf-8") as out:
                        out.write(self.fill("\n".join(body) + "\n"))
                elif line.startswith("start "):
                    _, name, command = line.split(" ", 2)
                    self.start(name, self.fill(command))
                elif line.startswith("$ "):
                    number, command, expected, code = at, line[2:], [], 0
                    while at < len(lines) and not re.match(r"(\$ |\? \d|file |start |# )", lines[at]):
                        expected.append(lines[at])
                        at += 1
                    if at < len(lines) and lines[at].startswith("? "):
                        code = int(lines[at][2:])
                        at += 1
                    while expected and not expected[-1].strip():
                        expected.pop()
                    self.check(number, command, expected, code)
        finally:
            for process in self.background:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                process.wait()
            shutil.rmtree(self.dir, ignore_errors=True)
        return self.failures


def main():
    bin_dir, paths = sys.argv[1], sys.argv[2:]
    here = os.path.dirname(os.path.abspath(__file__))
    if not paths:
        paths = sorted(os.path.join(here, name) for name in os.listdir(here) if name.endswith(".test"))
    failed = 0
    for path in paths:
        failures = Transcript(path, os.path.abspath(bin_dir)).run()
        print(("FAILED " if failures else "ok     ") + os.path.basename(path))
        for failure in failures:
            print(failure)
        failed += bool(failures)
    print(f"{len(paths) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not paths else 0)


if __name__ == "__main__":
    main()
