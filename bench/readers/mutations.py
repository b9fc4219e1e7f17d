#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads files with flipped bits, cut ends and spliced middles: nothing may crash but a reader, and each failure is a
sentence.

    bench/readers/mutations.py [--build build/release] [--corpus DIR].. [--n 2000] [--seed 1] [--keep DIR]

The corpus defaults to the shared documents (YAKAN_SHARED) and examples/. Ends 1 when `yakan` crashed, hung, said nothing
about a file, or failed one without a sentence.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("YAKAN_SHARED", ROOT.parent / "shared"))
ENDINGS = {".pdf", ".xlsx", ".xls", ".ods", ".eml", ".mbox", ".csv", ".tsv", ".docx", ".pptx", ".odt", ".odp", ".html",
           ".htm", ".png", ".jpg", ".tif", ".zip", ".gz", ".tar", ".md", ".txt"}
BYTES_MAX = 2_000_000


def mutate(data, other, rng):
    kind = rng.choice(("flip", "cut", "splice", "zero", "repeat"))
    data = bytearray(data)
    if kind == "flip":
        for _ in range(rng.choice((1, 4, 32, 256))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == "cut":
        del data[rng.randrange(len(data)):]
    elif kind == "splice":
        at, length = rng.randrange(len(data)), rng.randrange(1, 4096)
        start = rng.randrange(len(other))
        data[at:at + length] = other[start:start + length]
    elif kind == "zero":
        at, length = rng.randrange(len(data)), rng.randrange(1, 2048)
        data[at:at + length] = bytes(len(data[at:at + length]))
    else:
        at, length = rng.randrange(len(data)), rng.randrange(1, 4096)
        data[at:at] = data[at:at + length] * rng.choice((1, 2, 50))
    return kind, bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("--corpus", action="append", default=[])
    parser.add_argument("--n", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--keep", help="a folder for the files that went wrong")
    args = parser.parse_args()
    folders = [pathlib.Path(f) for f in args.corpus] or [
        f for f in (SHARED / "data" / "pdfs", SHARED / "data" / "mails", SHARED / "data" / "spreadsheets", ROOT / "examples")
        if f.exists()]
    originals = [path for folder in folders for path in sorted(folder.rglob("*"))
                 if path.suffix.lower() in ENDINGS and path.is_file() and 0 < path.stat().st_size <= BYTES_MAX]
    if not originals:
        sys.exit("the corpus is empty; name a folder with --corpus")
    by_ending = collections.defaultdict(list)
    for path in originals:
        by_ending[path.suffix.lower()].append(path)
    rng = random.Random(args.seed)
    yakan = pathlib.Path(args.build) / "bin" / "yakan"
    outcomes, wrong = collections.Counter(), []
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="yakan-mutations-") as name:
        scratch = pathlib.Path(name)
        for first in range(0, args.n, args.batch):
            batch = []
            for i in range(first, min(first + args.batch, args.n)):
                path = rng.choice(by_ending[rng.choice(sorted(by_ending))])
                kind, data = mutate(path.read_bytes(), rng.choice(originals).read_bytes(), rng)
                target = scratch / f"{i:05d}-{kind}{path.suffix.lower()}"
                target.write_bytes(data)
                batch.append((target, path))
            done = subprocess.run([yakan, "read", "--json", "--no-ocr", *(str(t) for t, _ in batch)], capture_output=True,
                                  timeout=90 * len(batch), check=False)
            if done.returncode not in (0, 3):
                wrong.append((f"yakan ended with {done.returncode}", batch[0][0], batch[0][1]))
                continue
            answers = json.loads(done.stdout)
            answers = answers.get("documents", [answers])
            for target, origin in batch:
                mine = [a for a in answers if a["file"] == str(target) or a["file"].startswith(f"{target}/")]
                if not mine:
                    wrong.append(("nothing was said about it", target, origin))
                for answer in mine:
                    error = answer.get("error")
                    outcomes["read" if error is None else error["reason"]] += 1
                    if error is not None and len(error["message"].split()) < 6:
                        wrong.append((f"no sentence: {error['message']}", target, origin))
                    elif error is not None and "crashed its reader" in error["message"]:
                        outcomes["(of these: reader crashed)"] += 1
                        print(f"reader crashed: {target.name} from {origin.name}")
                        if args.keep:
                            pathlib.Path(args.keep).mkdir(parents=True, exist_ok=True)
                            (pathlib.Path(args.keep) / target.name).write_bytes(target.read_bytes())
                target.unlink()
    print(f"{args.n} mutated files out of {len(originals)} in {time.monotonic() - begin:.0f} s, seed {args.seed}")
    for outcome, count in outcomes.most_common():
        print(f"  {outcome}: {count}")
    for what, target, origin in wrong:
        print(f"WRONG: {target.name} from {origin.name}: {what}")
    print(f"wrong: {len(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
