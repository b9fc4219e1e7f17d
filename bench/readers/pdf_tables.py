#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores the tables that `yakan read --json` finds in PDFs by adjacency relations (ICDAR 2013 table competition).

A relation is (text, text of its nearest neighbour that is not empty, right or down). Per document the relations of all
tables are pooled as multisets; precision, recall and F per document, then the mean over documents.

    bench/readers/pdf_tables.py --yakan build/release/bin/yakan ../shared/data/pdf-tables [--misses] [--half a|b]
"""
import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import sys
import unicodedata

OVERLAP_FOUND = 0.5  # a gold table counts as found when boxes share this much of their union


def normalise(text):
    """Without white space: engines disagree where a line of a cell breaks, which is no fault of structure."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def relations(cells):
    """The multiset of (text, text, direction) of one table; spans count in every row and column they cover."""
    filled = [(c, normalise(c["text"])) for c in cells]
    filled = [(c, text) for c, text in filled if text]
    rows = collections.defaultdict(list)
    cols = collections.defaultdict(list)
    for at, (cell, _) in enumerate(filled):
        for row in range(cell["row"], cell["row"] + cell["rowspan"]):
            rows[row].append((cell["col"], at))
        for col in range(cell["col"], cell["col"] + cell["colspan"]):
            cols[col].append((cell["row"], at))
    pairs = set()
    for lines, direction in ((rows, "right"), (cols, "down")):
        for line in lines.values():
            line.sort()
            pairs.update((a, b, direction) for (_, a), (_, b) in zip(line, line[1:]) if a != b)
    return collections.Counter((filled[a][1], filled[b][1], direction) for a, b, direction in pairs)


def prf(gold, found):
    shared = sum((gold & found).values())
    n_gold, n_found = sum(gold.values()), sum(found.values())
    precision = shared / n_found if n_found else float(n_gold == 0)
    recall = shared / n_gold if n_gold else float(n_found == 0)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def gold_boxes(table, heights):
    """page -> box of the cells on it, turned to a top-left origin."""
    boxes = {}
    for cell in table["cells"]:
        if not cell["bbox"]:
            continue
        x0, y0, x1, y1 = cell["bbox"]
        height = heights.get(cell["page"], 0)
        box = (x0, height - y1, x1, height - y0)
        old = boxes.get(cell["page"], box)
        boxes[cell["page"]] = (min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3]))
    return boxes


def shared_part(a, b):
    """Intersection over union of two boxes."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def detection(gold, found, heights):
    """(gold boxes, found tables, pairs that match one to one by their boxes)."""
    want = [(page, box) for table in gold for page, box in gold_boxes(table, heights).items()]
    have = [(t["page"], t["bbox"]) for t in found if t.get("bbox")]
    scores = sorted(((shared_part(wb, hb), i, j) for i, (wp, wb) in enumerate(want) for j, (hp, hb) in enumerate(have)
                     if wp == hp), reverse=True)
    used_want, used_have = set(), set()
    for score, i, j in scores:
        if score >= OVERLAP_FOUND and i not in used_want and j not in used_have:
            used_want.add(i)
            used_have.add(j)
    return len(want), len(have), len(used_want)


def read_tables(yakan, path, timeout):
    run = subprocess.run([yakan, "read", "--json", str(path)], capture_output=True, timeout=timeout, check=False)
    try:
        return json.loads(run.stdout)
    except ValueError:
        return {"error": {"message": run.stderr.decode(errors="replace").strip() or f"exit {run.returncode}"}}


def structure(gold, found):
    """Best F of any found table for each gold table: how well structure comes out where something was found."""
    kept = [relations(t["cells"]) for t in found]
    return [max((prf(relations(t["cells"]), r)[2] for r in kept), default=0.0) for t in gold]


def list_misses(name, gold, found):
    missing, extra = gold - found, found - gold
    for title, counter in (("missing", missing), ("extra", extra)):
        print(f"  {name}: {sum(counter.values())} {title}")
        for (a, b, direction), count in list(counter.items())[:12]:
            print(f"    {direction:5} {a[:45]} | {b[:45]}" + (f" x{count}" if count > 1 else ""))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="with manifest.jsonl, tables.jsonl, files/")
    parser.add_argument("--yakan", default="build/release/bin/yakan")
    parser.add_argument("--misses", action="store_true", help="list relations that are missing or too many")
    parser.add_argument("--half", choices=["a", "b"], help="only documents whose hash of the name falls in this half")
    parser.add_argument("--only", help="names of documents, separated by commas")
    parser.add_argument("--timeout", type=float, default=120)
    return parser.parse_args()


def main():
    args = arguments()
    gold = collections.defaultdict(list)
    for line in (args.folder / "tables.jsonl").read_text(encoding="utf-8").splitlines():
        table = json.loads(line)
        gold[table["doc"]].append(table)
    totals = collections.Counter()
    scores, structures = [], []
    print(f"{'document':10} {'P':>6} {'R':>6} {'F':>6}  tables: gold found matched")
    for line in (args.folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        name = entry["id"]
        half = "ab"[int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2]
        if (args.half and half != args.half) or (args.only and name not in args.only.split(",")):
            continue
        document = read_tables(args.yakan, args.folder / entry["file"], args.timeout)
        found = document.get("tables", [])
        heights = {page["number"]: page.get("height", 0) for page in document.get("pages", [])}
        want = sum((relations(t["cells"]) for t in gold[name]), collections.Counter())
        have = sum((relations(t["cells"]) for t in found), collections.Counter())
        score = prf(want, have)
        scores.append(score)
        structures += structure(gold[name], found)
        counts = detection(gold[name], found, heights)
        totals.update(dict(zip(("want", "have", "both"), counts)))
        print(f"{name:10} {score[0]:6.3f} {score[1]:6.3f} {score[2]:6.3f}  {counts[0]:3} {counts[1]:3} {counts[2]:3}"
              + (f"  {document['error']['message']}" if "error" in document else ""))
        if args.misses:
            list_misses(name, want, have)
    if not scores:
        sys.exit("no document was scored: check the folder, --half and --only")
    mean = [sum(column) / len(scores) for column in zip(*scores)]
    print(f"complete task, mean of {len(scores)} documents: P {mean[0]:.3f}  R {mean[1]:.3f}  F {mean[2]:.3f}")
    print(f"structure, best table for each gold table: mean F {sum(structures) / len(structures):.3f}")
    precision, recall = totals["both"] / max(1, totals["have"]), totals["both"] / max(1, totals["want"])
    print(f"detection, boxes sharing >= {OVERLAP_FOUND}: P {precision:.3f}  R {recall:.3f}")


if __name__ == "__main__":
    main()
