#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a download with SIGKILL at several places and expects it to go on there, and its memory to stay flat.

    model_download.py BIN_DIR [--megabytes N]

The server holds the stream back at the place of each kill, so that nothing depends on how fast the machine is.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_hub  # noqa: E402
import gguf_file  # noqa: E402

SOURCE = "hf:own/large/m.gguf"
PATIENCE = 60  # seconds


def fail(message):
    sys.exit(f"FAILED: {message}")


def wait_for(what, condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    fail(f"waited {PATIENCE} s for {what}")


def peak_memory(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) * 1024


class Download:
    def __init__(self, yakan, folder, hub, size):
        self.yakan, self.hub = yakan, hub
        self.data = hub.files["own/large/m.gguf"] = gguf_file.make(size, 7)
        self.models = folder / "data/yakan/models"
        self.destination = self.models / "hf/own/large/main/m.gguf"
        self.part = self.destination.with_name("m.gguf.part")
        self.env = dict(os.environ, HOME=str(folder), XDG_DATA_HOME=str(folder / "data"), YAKAN_HF_BASE=hub.url)
        for name in ("HF_TOKEN", "YAKAN_STORE"):
            self.env.pop(name, None)
        self.folder = folder

    def run(self, *words):
        return subprocess.run([self.yakan, *words], cwd=self.folder, env=self.env, capture_output=True, text=True)

    def killed_after(self, size):
        """Starts the download, kills it when `size` bytes are there; gives its peak memory."""
        self.hub.hold_after = size
        process = subprocess.Popen([self.yakan, "model", "add", "large", SOURCE], cwd=self.folder, env=self.env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(f"{size} bytes", lambda: self.part.exists() and self.part.stat().st_size >= size)
        peak = peak_memory(process.pid)
        second = self.run("model", "add", "other", SOURCE)
        if second.returncode != 2 or "is being downloaded by another yakan" not in second.stderr:
            fail(f"a second download beside the first ended with {second.returncode}: {second.stderr}")
        process.send_signal(signal.SIGKILL)
        process.wait()
        if self.destination.exists() or (self.models / "models.json").exists():
            fail("a download that was killed left a file under its name, or a name")
        return peak

    def finish(self):
        self.hub.hold_after = None
        self.hub.gate.set()
        done = self.run("model", "add", "large", SOURCE)
        if done.returncode != 0:
            fail(f"the last attempt ended with {done.returncode}: {done.stderr}")
        if "going on after" not in done.stderr:
            fail(f"nothing was said about going on: {done.stderr}")
        if hashlib.sha256(self.destination.read_bytes()).digest() != hashlib.sha256(self.data).digest():
            fail("the file is not what the hub has")
        if self.part.exists() or self.part.with_name("m.gguf.part.json").exists():
            fail("the part was left")
        listed = json.loads(self.run("model", "list", "--json").stdout)
        mine = [model for model in listed["models"] if model["name"] == "large"]
        if len(mine) != 1 or mine[0]["bytes"] != len(self.data) or mine[0]["path"] != str(self.destination):
            fail(f"the list says {listed}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--megabytes", type=int, default=64)
    args = parser.parse_args()
    size = args.megabytes * 1_000_000
    hub = fake_hub.Hub()
    with tempfile.TemporaryDirectory(prefix="yakan-model-") as folder:
        download = Download(str(pathlib.Path(args.bin_dir).resolve() / "yakan"), pathlib.Path(folder), hub, size)
        places = [size // 16, size // 2, size * 3 // 4]
        peaks = [download.killed_after(place // fake_hub.PIECE * fake_hub.PIECE) for place in places]
        download.finish()
    ranges = [line.split()[-1] for line in hub.requests if line.startswith("storage")]
    starts = [int(found.group(1)) for found in (re.fullmatch(r"bytes=(\d+)-", r) for r in ranges) if found]
    if len(ranges) != 4 or len(starts) != 3 or starts != sorted(starts) or starts[0] < places[0] // 2:
        fail(f"asked for {ranges}: each attempt but the first must go on where the one before was killed")
    if max(peaks) - peaks[0] > 16_000_000:
        fail(f"memory grew with the file: peaks of {peaks} bytes at {places}")
    print(f"{len(places)} kills, gone on at {starts} of {size}, peak memory {max(peaks) >> 20} MiB")


if __name__ == "__main__":
    main()
