#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does every value's quote stand on the page it names? Asked of programs that are not Yakan.

    contracts_evidence.py RESULTS.jsonl PDF_FOLDER
    contracts_evidence.py --self-test

Each page is read by pdftotext, in the order of the page's drawing and in the order that pdftotext works out (neither
alone is right on every page of two columns), and by mutool where it is installed; a quote counts as found when one of
them prints it. Quote and page are compared after NFKC and without white space, because programs break lines
differently. Exit code: 0 when every value that is not null has a quote and every quote was found; 1 on any miss; 2 when
the check cannot be made.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

READERS = {
    "pdftotext -raw": lambda pdf, page: ["pdftotext", "-raw", "-f", str(page), "-l", str(page), str(pdf), "-"],
    "pdftotext": lambda pdf, page: ["pdftotext", "-f", str(page), "-l", str(page), str(pdf), "-"],
    "mutool": lambda pdf, page: ["mutool", "draw", "-q", "-F", "txt", "-o", "-", str(pdf), str(page)],
}


def squeeze(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


class Pages:
    """The text of single pages, as other programs print it; each page is read once."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.readers = [name for name in READERS if shutil.which(name.split()[0])]
        self.texts = {}

    def find(self, source, page, quote):
        """The first reader that prints `quote` on `page`, or None."""
        wanted = squeeze(quote)
        for reader in self.readers:
            key = (reader, source, page)
            if key not in self.texts:
                command = READERS[reader](self.folder / pathlib.PurePath(source).name, page)
                done = subprocess.run(command, capture_output=True, check=False)
                self.texts[key] = squeeze(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else ""
            if wanted and wanted in self.texts[key]:
                return reader
        return None


def cells(row):
    """(JSON pointer, value) of every value in a row that is not null; a list gives one cell per item."""
    for field, value in row.items():
        if field.startswith("_") or value is None or value == "" or value == []:
            continue
        pointer = "/" + field.replace("~", "~0").replace("/", "~1")
        if isinstance(value, list):
            yield from ((f"{pointer}/{i}", item) for i, item in enumerate(value) if item is not None)
        else:
            yield pointer, value


def quotes_of(evidence, pointer):
    """The spans of one cell; a list may carry its spans as a whole, under its own pointer."""
    found = evidence.get(pointer)
    if found is None and pointer.rsplit("/", 1)[1].isdigit():
        found = evidence.get(pointer.rsplit("/", 1)[0])
    return found or []


def check_rows(rows, pages, say):
    counts = dict.fromkeys(["rows", "cells", "quotes", "missed"] + pages.readers, 0)
    for row in rows:
        counts["rows"] += 1
        source = row.get("_source", {}).get("file", "")
        for pointer, value in cells(row):
            counts["cells"] += 1
            spans = quotes_of(row.get("_evidence", {}), pointer)
            if not spans:
                counts["missed"] += 1
                say(f"{source} {pointer}: the value {value!r} carries no evidence")
            for span in spans:
                counts["quotes"] += 1
                reader = pages.find(span.get("file", source), span.get("page"), span.get("quote", ""))
                if reader:
                    counts[reader] += 1
                else:
                    counts["missed"] += 1
                    say(f"{source} {pointer}: page {span.get('page')} does not print {span.get('quote', '')!r}")
    return counts


def self_test(folder):
    """The check must accept a quote that stands on its page and refuse one that is altered, misplaced or absent."""
    sample = {"file": "01-master-services.pdf", "page": 1, "quote": "entered into as of\nMarch 6, 2023"}
    wrong = [dict(sample, page=4), dict(sample, quote="entered into as of March 7, 2023"), dict(sample, quote=""),
             dict(sample, file="no-such-file.pdf")]
    pages = Pages(folder)
    if not pages.readers:
        return "neither pdftotext nor mutool is installed"
    rows = [({"_source": {"file": s["file"]}, "d": "x", "_evidence": {"/d": [s]}}, s is not sample)
            for s in [sample] + wrong]
    rows.append(({"_source": {"file": sample["file"]}, "d": "x", "_evidence": {}}, True))
    for row, must_fail in rows:
        with tempfile.TemporaryFile("w+") as log:
            missed = check_rows([row], pages, lambda line, log=log: log.write(line))["missed"] > 0
        if missed != must_fail:
            return f"self-test: {row['_evidence']} was {'refused' if missed else 'accepted'}"
    return ""


def main(argv):
    here = pathlib.Path(__file__).resolve().parents[2]
    if argv[1:] == ["--self-test"]:
        problem = self_test(here / "examples" / "contracts")
        print(problem or "self-test passed")
        return 1 if problem else 0
    if len(argv) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    pages = Pages(argv[2])
    if not pages.readers:
        print("Neither pdftotext nor mutool is installed; install poppler-utils.", file=sys.stderr)
        return 2
    with open(argv[1], encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    counts = check_rows(rows, pages, print)
    print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    if not counts["cells"]:
        print("No value was checked: the results are empty.")
    return 1 if counts["missed"] or not counts["cells"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
