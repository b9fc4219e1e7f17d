#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every PDF of a set by `yakan read --json` and compares with what its manifest says a correct reader gives.

    bench/readers/pdfs.py --bin build/release/bin --data ../shared/data/pdfs [--only WORD] [--peers] [--json OUT]

Text is compared after NFKC and without white space and soft hyphens. Text in pictures is compared by the share of
characters that are found in order. A file whose manifest has a password is read without it first, and must say
`encrypted`. --peers adds the character F1 of our text against pdftotext and `mutool draw`, and the order of lines on
pages set in columns. Exit code 1 when a file crashed or ran past the time limit.
"""
import argparse
import collections
import difflib
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time
import unicodedata

HANG_SECONDS = 600


def flat(text):
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not c.isspace() and c != "\u00ad")


def read(binaries, path, *options):
    """(document or error object, seconds, peak bytes of the largest process)"""
    began = time.monotonic()
    process = subprocess.Popen([f"{binaries}/yakan", "read", "--json", *options, str(path)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    peak = 0
    try:
        out, err = process.communicate(timeout=HANG_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {"error": {"reason": "hang", "message": f"no answer in {HANG_SECONDS} s"}}, HANG_SECONDS, peak
    seconds = time.monotonic() - began
    try:
        document = json.loads(out)
    except ValueError:
        document = {"error": {"reason": "crash", "message": (err or out).decode("utf-8", "replace")[-200:]}}
    if process.returncode < 0 or "crashed" in document.get("error", {}).get("message", ""):
        document = {"error": {"reason": "crash", "message": document.get("error", {}).get("message", "")}}
    return document, seconds, peak


def fuzzy(wanted, text):
    """Share of the wanted characters found in order in the best place of the text."""
    wanted, text = flat(wanted), flat(text)
    if wanted in text or not wanted:
        return 1.0
    best = 0.0
    for start in range(0, max(1, len(text) - len(wanted) // 2), max(1, len(wanted) // 4)):
        window = text[start:start + len(wanted) * 5 // 4 + 4]
        blocks = difflib.SequenceMatcher(None, wanted, window, autojunk=False).get_matching_blocks()
        best = max(best, sum(b.size for b in blocks) / len(wanted))
    return best


def page_texts(document):
    text, pages = document.get("text", ""), collections.defaultdict(str)
    for page in document.get("pages", []):
        if not page.get("part"):
            pages[page["number"]] += text[page["begin"]:page["end"]]
    return pages


class Score:
    def __init__(self):
        self.found = collections.Counter()
        self.expected = collections.Counter()
        self.misses = []

    def check(self, what, good, name, reason):
        self.expected[what] += 1
        if good:
            self.found[what] += 1
        else:
            self.misses.append((what, name, reason))


def check_text(score, name, document, fragments, pages):
    text = flat(document.get("text", ""))
    by_page = {n: flat(t) for n, t in page_texts(document).items()}
    why = document.get("error", {}).get("message", "")
    for i, fragment in enumerate(fragments):
        score.check("fragment", flat(fragment) in text, name, f"{fragment!r} is not in the text {why}")
        if i < len(pages or []) and flat(fragment) in text:
            score.check("page", flat(fragment) in by_page.get(pages[i], ""), name, f"{fragment!r} is not on page {pages[i]}")


def has_note(document, reason):
    return any(note.startswith(reason + ":") for note in document.get("notes", []))


def is_scan_note(document):
    return has_note(document, "no_text_layer")


def check_error(score, name, line, document):
    wanted, reason = line["expect_error"], document.get("error", {}).get("reason")
    text = flat(document.get("text", ""))
    good = reason == wanted
    if "error" not in document:
        # An answer may be as good as the error: a scan that was read, a damaged file that was recovered.
        good = good or (wanted in ("no_text_layer", "unmappable_text") and has_note(document, wanted))
        good = good or (wanted == "no_text" and not text)
        good = good or bool(line.get("allow_ok_if_bounded"))
        good = good or bool(line.get("allow_ok_if_text") and text and
                            all(flat(f) in text for f in line.get("expect_text_if_ok", [])))
        good = good or bool(line.get("allow_partial") and (not text or document.get("notes")))
    message = document.get("error", {}).get("message", "")
    score.check("error", good, name, f"expected {wanted}, got {reason} {message} {document.get('notes', '')} {len(text)} characters")


def check_fields(score, name, line, document):
    text = flat(document.get("text", ""))
    form = flat(json.dumps(document.get("metadata", {}), ensure_ascii=False))
    for key, value in line.get("form_fields", {}).items():
        score.check("form field", flat(value) in text, name, f"value {value!r} of {key!r} is not in the text")
        score.check("form name", flat(key) in form and flat(value) in form, name, f"{key!r} is not in the metadata")
    for key, value in line.get("fields", {}).items():
        if isinstance(value, (str, int, float)):
            shown = {flat(str(value)), flat(f"{value:,}") if not isinstance(value, str) else flat(str(value))}
            parts = str(value).split("-")
            if len(parts) == 3 and all(p.isdigit() for p in parts):
                y, m, d = (int(p) for p in parts)
                shown |= {f"{y}年{m}月{d}日", f"{y}年{m:02}月{d:02}日", f"{y}/{m}/{d}", f"{y}/{m:02}/{d:02}", f"{y}.{m}.{d}"}
            score.check("field", any(s in text for s in shown), name, f"{key}: {value!r} is not in the text")
    order = [flat(f) for f in line.get("reading_order", [])]
    if order:
        at = [text.find(f) for f in order]
        score.check("reading order", -1 not in at and at == sorted(at), name, f"places of the lines: {at}")


def check_file(score, binaries, data, line, rows):
    name, path = line["id"], data / line["file"]
    document, seconds, _ = read(binaries, path)
    rows.append((name, seconds, document))
    reason = document.get("error", {}).get("reason")
    score.check("no crash", reason != "crash", name, document.get("error", {}).get("message", ""))
    score.check("no hang", reason != "hang" and seconds < HANG_SECONDS, name, f"{seconds:.0f} s")
    if line["expect_error"]:
        check_error(score, name, line, document)
    elif reason:
        score.check("readable", False, name, f"{reason}: {document['error']['message']}")
        check_text(score, name, document, line["expect_text"], line.get("expect_text_pages"))
    else:
        score.check("readable", True, name, "")
        check_text(score, name, document, line["expect_text"], line.get("expect_text_pages"))
    for wanted in line.get("ocr_text", []):
        share = fuzzy(wanted, document.get("text", ""))
        score.check("text in pictures (>= .9)", share >= 0.9, name, f"{wanted!r}: {share:.2f} of its characters")
    check_fields(score, name, line, document)
    for key in ("password", "owner_password"):
        if key in line:
            opened, _, _ = read(binaries, path, "--password", line[key])
            check_text(score, name, opened, line.get("expect_text_with_password", []),
                       line.get("expect_text_pages_with_password"))


def peer_text(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120)
    return done.stdout.decode("utf-8", "replace")


def character_f1(ours, theirs):
    a, b = collections.Counter(flat(ours)), collections.Counter(flat(theirs))
    common = sum((a & b).values())
    return 2 * common / (sum(a.values()) + sum(b.values())) if a or b else 1.0


def ordered_share(text, theirs):
    """Of the peer's neighbouring lines that both stand in the text, how many stand there in the same order."""
    text, at, good, pairs = flat(text), None, 0, 0
    for row in theirs.splitlines():
        row = flat(row)
        if len(row) < 15 or text.count(row) != 1:
            continue
        place = text.find(row)
        if at is not None:
            pairs += 1
            good += place > at
        at = place
    return good / pairs if pairs else 1.0


def compare_with_peers(data, lines, rows):
    documents = {name: document for name, _, document in rows}
    peers = {"pdftotext": lambda p: ["pdftotext", "-enc", "UTF-8", p, "-"],
             "mutool": lambda p: ["mutool", "draw", "-q", "-F", "txt", p]}
    for peer, command in peers.items():
        if shutil.which(peer) is None:
            print(f"{peer}: not installed, left out")
            continue
        scores = []
        for line in lines:
            document = documents[line["id"]]
            if line["expect_error"] or "error" in document or is_scan_note(document):
                continue
            theirs = peer_text(command(str(data / line["file"])))
            if not flat(theirs):
                continue
            body = "".join(page_texts(document).values())
            scores.append((character_f1(body, theirs), line["id"], line["category"], ordered_share(body, theirs)))
        mean = sum(s[0] for s in scores) / max(1, len(scores))
        print(f"\ncharacter F1 against {peer}: {mean:.4f} over {len(scores)} files; lowest:")
        for f1, name, _, _ in sorted(scores)[:6]:
            print(f"  {f1:.4f} {name}")
        for f1, name, category, share in scores:
            if category == "multi_column":
                print(f"  columns: {name}: {share:.3f} of {peer}'s line pairs in the same order, F1 {f1:.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin")
    parser.add_argument("--data", default=os.environ.get("YAKAN_SHARED", "../shared") + "/data/pdfs")
    parser.add_argument("--only", default="", help="files whose id or category has this word")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--json", help="write every figure to this file")
    args = parser.parse_args()
    data = pathlib.Path(args.data)
    with open(data / "manifest.jsonl", encoding="utf-8") as manifest:
        lines = [json.loads(row) for row in manifest]
    lines = [line for line in lines if args.only in line["id"] or args.only in line["category"]]
    score, rows = Score(), []
    for line in lines:
        check_file(score, args.bin, data, line, rows)
    for what, wanted in score.expected.items():
        print(f"{what}: {score.found[what]} of {wanted}")
    print("\nmisses:" if score.misses else "\nno misses")
    for what, name, reason in score.misses:
        print(f"  {what}: {name}: {reason}")
    print("\nslowest:")
    for name, seconds, _ in sorted(rows, key=lambda row: -row[1])[:6]:
        print(f"  {seconds:.2f} s {name}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process of all reads: {peak:.0f} MiB")
    if args.peers:
        compare_with_peers(data, lines, rows)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as out:
            json.dump({"expected": score.expected, "found": score.found, "misses": score.misses,
                       "seconds": {name: seconds for name, seconds, _ in rows}}, out, ensure_ascii=False, indent=1)
    return 1 if any(what in ("no crash", "no hang") for what, _, _ in score.misses) else 0


if __name__ == "__main__":
    sys.exit(main())
