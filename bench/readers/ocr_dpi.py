#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""At which resolution OCR reads best: speaks to one yakan-reader and reads the same pages at several.

    bench/readers/ocr_dpi.py --bin build/release/bin --data ../shared/data/pdfs [--dpi 200 300 400] [--languages jpn+eng]

Two kinds of pages: the scans of the set, by the share of the characters of `ocr_text` found, and pages that have a text
layer, drawn by pdftoppm at 300 dpi as a scanner would, by character F1 against pdftotext.
"""
import argparse
import array
import collections
import json
import os
import pathlib
import socket
import struct
import subprocess
import tempfile
import time

from pdfs import flat, fuzzy, character_f1

FRAME = struct.Struct("<IHHIIQ")
MAGIC, VERSION = 0x31524B59, 2
DRAWN = [("thinreports__estimate-ja", 1), ("texjporg__jsclasses", 5), ("zr-tex8r__bxjscls-manual", 3), ("pdfminer__jo", 1),
         ("plumber__2023-06-20-PV", 1), ("samplefiles__pdflatex-4-pages", 1), ("tabula__sydney_disclosure_contract", 1)]


class Reader:
    def __init__(self, binaries):
        self.ours, theirs = socket.socketpair()
        environment = {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
        self.process = subprocess.Popen([f"{binaries}/yakan-reader", "--cpu=36000"], stdin=theirs, env=environment,
                                        stderr=subprocess.DEVNULL)
        theirs.close()

    def read(self, path, dpi, languages):
        request = json.dumps({"name": os.path.basename(path), "ocr_dpi": dpi, "ocr_languages": languages}).encode()
        with open(path, "rb") as file:
            header = FRAME.pack(MAGIC, VERSION, 0, len(request), 0, 0)
            self.ours.sendmsg([header], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()]))])
            self.ours.sendall(request)
            while True:
                size, extra = FRAME.unpack(self.receive(FRAME.size))[3::2]
                answer, text = json.loads(self.receive(size)), self.receive(extra)
                if "progress" not in answer:
                    return text.decode("utf-8")

    def receive(self, size):
        data = b""
        while len(data) < size:
            piece = self.ours.recv(size - len(data))
            if not piece:
                raise SystemExit("the reader ended")
            data += piece
        return data

    def close(self):
        self.ours.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin")
    parser.add_argument("--data", default=os.environ.get("YAKAN_SHARED", "../shared") + "/data/pdfs")
    parser.add_argument("--dpi", type=int, nargs="+", default=[200, 300, 400])
    parser.add_argument("--languages", default="jpn+eng")
    args = parser.parse_args()
    data = pathlib.Path(args.data)
    with open(data / "manifest.jsonl", encoding="utf-8") as manifest:
        lines = {line["id"]: line for line in map(json.loads, manifest)}
    reader = Reader(args.bin)
    seconds, scores = collections.Counter(), collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        jobs = [(line["id"], str(data / line["file"]), None, line) for line in lines.values()
                if line.get("ocr_text") and line["category"] == "scan"]
        for name, page in DRAWN:
            source = str(data / lines[name]["file"])
            drawn = f"{folder}/{name}"
            span = ["-f", str(page), "-l", str(page)]
            subprocess.run(["pdftoppm", "-r", "300", "-gray", "-singlefile", *span, source, drawn], check=True)
            truth = subprocess.run(["pdftotext", *span, source, "-"], check=True, stdout=subprocess.PIPE).stdout.decode()
            jobs.append((name, drawn + ".pgm", truth, None))
        for name, path, truth, line in jobs:
            row = []
            for dpi in args.dpi:
                began = time.process_time(), time.monotonic()
                text = reader.read(path, dpi, args.languages)
                seconds[dpi] += time.monotonic() - began[1]
                kind = "scans" if truth is None else "drawn"
                score = character_f1(text, truth) if truth is not None else (
                    sum(fuzzy(f, text) for f in line["ocr_text"]) / len(line["ocr_text"]))
                scores[kind, dpi].append(score)
                row.append(f"{score:.4f} ({len(flat(text))})")
            print(f"{name:40} " + "  ".join(row), flush=True)
    reader.close()
    for dpi in args.dpi:
        means = {kind: sum(scores[kind, dpi]) / len(scores[kind, dpi]) for kind in ("scans", "drawn") if scores[kind, dpi]}
        print(f"{dpi} dpi, {args.languages}: " + ", ".join(f"{k} {v:.4f}" for k, v in means.items()) + f", {seconds[dpi]:.0f} s")


if __name__ == "__main__":
    main()
