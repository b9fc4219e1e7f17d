#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every mail of ../shared/data/mails with `yakan read --json` and compares what its manifest asserts.

    python3 bench/readers/mails.py [--yakan build/release/bin/yakan] [--only md001,md002]

Prints one line per miss and the found / expected count per field. Texts are compared after NFC with collapsed white
space, addresses in lower case, attachments as a set of (name, type, size, sha256). Exit code 1 when a file crashed.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import unicodedata
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parents[2]


def flat(text):
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def read(yakan, path):
    done = subprocess.run([yakan, "read", "--json", str(path)], capture_output=True, timeout=180)
    try:
        return json.loads(done.stdout), None
    except ValueError:
        return None, f"exit {done.returncode}: {done.stderr.decode(errors='replace')[:200]}"


def attachment_key(each):
    return (flat(each.get("filename")), each.get("content_type"), each.get("size"), each.get("sha256"))


def compare(expect, document):
    """(field, good, wanted, found) of every assertion."""
    meta = document.get("metadata", {})
    for field in ("subject", "date_utc", "message_id"):
        if expect.get(field) is not None:
            wanted, found = flat(expect[field]), flat(meta.get(field))
            yield field, wanted == found, wanted, found
    if expect.get("from") is not None:
        wanted, found = sorted(flat(a).lower() for a in expect["from"]), sorted(flat(a).lower() for a in meta.get("from", []))
        yield "from", wanted == found, wanted, found
    if "attachments" in expect:
        wanted = Counter(attachment_key(a) for a in expect["attachments"])
        found = Counter(attachment_key(a) for a in document.get("attachments", []))
        yield "attachments", wanted == found, list((wanted - found)), list((found - wanted))
        hashes = Counter(a["sha256"] for a in expect["attachments"] if a.get("sha256"))
        had = Counter(a["sha256"] for a in document.get("attachments", []))
        for sha in hashes.elements():
            yield "attachment_sha256", had[sha] > 0, sha, None
    if "attachment_names" in expect:
        wanted = sorted(flat(n) for n in expect["attachment_names"])
        found = sorted(flat(a.get("filename")) for a in document.get("attachments", []))
        yield "attachment_names", wanted == found, wanted, found
    if "body_contains" in expect:
        wanted, found = flat(expect["body_contains"]), flat(document.get("text"))
        yield "body_contains", wanted in found, wanted, found[:300]
    if "has_html" in expect:
        yield "has_html", ("true" if expect["has_html"] else "false") == meta.get("has_html"), expect["has_html"], meta.get("has_html")
    if expect.get("parts") is not None:
        yield "parts", str(expect["parts"]) == meta.get("parts"), expect["parts"], meta.get("parts")


def compare_mailbox(expect, answer):
    documents = answer.get("documents", [answer])
    yield "messages", expect["messages"] == len(documents), expect["messages"], len(documents)
    subjects = [flat(d.get("metadata", {}).get("subject")) for d in documents]
    for i, wanted in enumerate(expect.get("subjects", [])):
        found = subjects[i] if i < len(subjects) else None
        yield "subjects", flat(wanted) == found, f"{i + 1}: {wanted}", found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--yakan", default=str(ROOT / "build/release/bin/yakan"))
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("YAKAN_SHARED", ROOT.parent / "shared")) / "data" / "mails"
    if not data.is_dir():
        sys.exit(f"{data} is not there; set YAKAN_SHARED")
    only = set(filter(None, arguments.only.split(",")))
    expected, found, crashes = Counter(), Counter(), 0
    for line in (data / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if only and entry["id"] not in only:
            continue
        answer, problem = read(arguments.yakan, data / entry["file"])
        if answer is None:
            crashes += 1
            print(f"CRASH {entry['id']} {problem}")
            answer = {}
        if "error" in answer:
            print(f"ERROR {entry['id']} {entry['category']} {answer['error']}")
        checks = compare_mailbox if "messages" in entry["expect"] else compare
        for field, good, wanted, got in checks(entry["expect"], answer):
            expected[field] += 1
            found[field] += good
            if not good:
                print(f"MISS {entry['id']} {entry['category']} {field}\n  wanted {wanted}\n  found  {got}")
    for field in sorted(expected):
        print(f"{field:18} {found[field]:5} / {expected[field]}")
    total, good = sum(expected.values()), sum(found.values())
    print(f"{'all':18} {good:5} / {total}  {100 * good / max(total, 1):.2f} %   crashes {crashes}")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
