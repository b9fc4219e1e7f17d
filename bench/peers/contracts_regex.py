#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Contract terms by regular expressions, the script one would write in an afternoon: bench/contracts compares with it.
Usage: contracts_regex.py FOLDER; prints a JSON line per FOLDER/*.txt: {"id", field: {"date", "spans"}}."""
import datetime
import json
import pathlib
import re
import sys

MONTHS = "january february march april may june july august september october november december".split()
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
DATE = re.compile(rf"(?P<m>{MONTH})\s+(?P<d>\d{{1,2}})\s*(?:st|nd|rd|t\s?h)?,?\s*(?P<y>\d{{4}})"
                  rf"|(?P<d2>\d{{1,2}})\s*(?:st|nd|rd|t\s?h)?\s+(?:day\s+of\s+)?(?P<m2>{MONTH}),?\s*(?P<y2>\d{{4}})"
                  r"|(?P<m3>\d{1,2})/(?P<d3>\d{1,2})/(?P<y3>\d{4}|\d{2})", re.I)
DATED = re.compile(r"(?:dated?|made|entered\s+into|effective|executed)\b[^.;]{0,60}?$", re.I)
TERM = re.compile(r"\(\s*(?:(?:the|each|collectively|hereinafter|hereafter|referred to as|a|an|,|or|\"[^\"]{1,40}\")\s*)*"
                  r"[\"“]([^\"”]{1,40})[\"”][^)]{0,80}\)")
NOT_PARTY = re.compile(r"agreement|date|part(y|ies)$|contract|term|services|product", re.I)
NAME = re.compile(r"(?:between|among|and|by|:)\s+((?:[A-Z0-9][\w.&'’/-]*|of|and|the|&|\(|\)|,(?=\s*(?:Inc|LLC|L\.|Ltd|Corp|N\.A)))"
                  r"(?:\s+(?:[A-Z0-9][\w.&'’/-]*|of|&))*(?:,?\s*(?:Inc|LLC|Ltd|L\.P|LP|Corp|N\.A|S\.A|GmbH|AG|plc)\b\.?)*)")
LAW = re.compile(r"(?:governed|construed|interpreted|controlled|enforced)\b[^.]{0,200}\b(?:laws?|Laws?|LAWS?)\b", re.I | re.S)
END = [re.compile(p, re.I | re.S) for p in (
    r"\bterm of (?:this|the) (?:agreement|contract)\b[^.]{0,200}(?:shall|will|is|commence|begin|years?|months?)",
    r"this agreement (?:shall|will)?\s*(?:commence|begin|become effective|take effect|be effective|expire|continue|remain)",
    r"(?:shall|will) (?:commence|begin|continue|remain)[^.]{0,150}(?:until|years?|months?|through)", r"initial term")]


def iso(match):
    day, month, year = (match[k] or match[k + "2"] or match[k + "3"] for k in "dmy")
    month = int(month) if month.isdigit() else [m[:3] for m in MONTHS].index(month[:3].lower()) + 1
    year = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    try:
        return datetime.date(year, month, int(day)).isoformat()
    except ValueError:
        return None


def extract(text):
    head = text[:8000]
    dates = [m for m in DATE.finditer(text) if iso(m)]
    best = [m for m in dates if m.start() < 8000 and DATED.search(text[max(0, m.start() - 90):m.start()])]
    date = iso((best or dates)[0]) if best or dates else None
    parties, cut = [], 0
    for term in TERM.finditer(head):
        if not NOT_PARTY.search(term[1]) and len(parties) < 12:
            names = list(NAME.finditer(head, cut, term.start() + 1))
            parties += [(names[0].start(1), names[0].end(1))] if names else []
            parties.append(term.span(1))
        cut = term.end()
    sentences = [(m.start(), m.end()) for m in re.finditer(r"\S.*?(?:[.;](?=\s+[A-Z(\d])|\n\s*\n|\Z)", text, re.S)]
    law = next((s for s in sentences if LAW.search(text, *s)), None)
    end = next((s for p in END for s in sentences if p.search(text, *s)), None)
    spans = {"Agreement Date": [], "Parties": parties, "Governing Law": [law] if law else [], "Expiration Date": [end] if end else []}
    return {f: {"date": date if f == "Agreement Date" else None, "spans": [(a, b, text[a:b]) for a, b in s]} for f, s in spans.items()}


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.txt")):
    print(json.dumps({"id": path.stem, **extract(path.read_text(encoding="utf-8"))}))
