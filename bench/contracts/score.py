# SPDX-License-Identifier: Apache-2.0
"""Scores spans found in contracts against the labels of CUAD (see run.py)."""

import datetime
import json
import re
import unicodedata

FIELDS = ("Agreement Date", "Parties", "Governing Law", "Expiration Date")


def load_gold(data):
    """{id: {field: {"date": iso or None, "spans": [(start, end, text)]}}}; disputed labels are left out."""
    disputed = set()
    with open(data / "label_notes.jsonl", encoding="utf-8") as lines:
        for line in lines:
            note = json.loads(line)
            disputed.add((note["id"], note["category"]))
    gold = {}
    with open(data / "labels.jsonl", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            gold[row["id"]] = {
                field: {"date": parse_us_date(row["labels"][field]["answer"]),
                        "spans": [(s["start"], s["end"], s["text"]) for s in row["labels"][field]["spans"]]}
                for field in FIELDS if (row["id"], field) not in disputed}
    return gold


def parse_us_date(text):
    """The labels write dates as month/day/year; unknown parts as []."""
    match = re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})\s*", text)
    if not match:
        return None
    month, day, year = map(int, match.groups())
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def words(text):
    return set(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def jaccard(a, b):
    """Overlap of two spans by place or, because labels note one of several places of a short name, by words."""
    shared = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    by_place = shared / (max(a[1], b[1]) - min(a[0], b[0])) if shared else 0.0
    mine, theirs = words(a[2]), words(b[2])
    by_words = len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
    return max(by_place, by_words)


class Count:
    """Right among the given answers, found among the wanted ones."""

    def __init__(self):
        self.right = self.given = self.found = self.wanted = 0
        self.empty = self.invented = 0  # contracts without such a clause, and those for which one was given all the same

    def measures(self):
        precision = self.right / self.given if self.given else 0.0
        recall = self.found / self.wanted if self.wanted else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return precision, recall, f1


def score(gold, predictions, misses=None):
    """predictions: {id: {field: {"date": iso or None, "spans": [...]}}}. Contracts whose label is empty do not count.

    Dates compare as dates. Clauses: one hit with any gold span finds the contract. Parties: every span counts.
    """
    counts = {field: Count() for field in FIELDS}
    for contract, labels in gold.items():
        for field, label in labels.items():
            got = predictions.get(contract, {}).get(field, {"date": None, "spans": []})
            count = counts[field]
            if not (label["date"] if field == "Agreement Date" else label["spans"]):
                count.empty += 1
                count.invented += bool(got["date"] or got["spans"])
            if field == "Agreement Date":
                if label["date"] is None:
                    continue
                count.wanted += 1
                count.given += got["date"] is not None
                hit = got["date"] == label["date"]
                count.right += hit
                count.found += hit
                missed = not hit
            elif not label["spans"]:
                continue
            elif field == "Parties":
                right = [any(jaccard(p, g) >= 0.5 for g in label["spans"]) for p in got["spans"]]
                found = [any(jaccard(p, g) >= 0.5 for p in got["spans"]) for g in label["spans"]]
                count.given += len(right)
                count.right += sum(right)
                count.wanted += len(found)
                count.found += sum(found)
                missed = not (all(right) and all(found))
            else:
                hit = any(jaccard(p, g) >= 0.5 for p in got["spans"] for g in label["spans"])
                count.wanted += 1
                count.given += bool(got["spans"])
                count.right += hit
                count.found += hit
                missed = not hit
            if missed and misses is not None:
                misses.append((contract, field, label, got))
    return counts


def macro_f1(counts):
    return sum(count.measures()[2] for count in counts.values()) / len(counts)
