#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns sources/*.md into the PDFs of this folder and writes gold.csv. Not needed to run the example.

Needs WeasyPrint (Debian: weasyprint), pdftotext (poppler-utils) and the fonts named in FONTS. A source is a front
matter (`key: value`, until a line `---`) and a small part of Markdown: `#` title, `##` heading, `| a | b |` table rows,
`>` lines kept as lines (signature blocks, addresses), `@` right-aligned lines, `===` page break, **bold**; all else is a
paragraph. Keys `gold.FIELD` go to gold.csv.
"""

import csv
import html
import pathlib
import re
import subprocess
import sys
import unicodedata

import weasyprint

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ["agreement_date", "effective_date", "parties", "governing_law", "expiration_date", "contract_value",
          "payment_days", "liability_cap", "auto_renewal", "notice_email"]
FONTS = {"serif": "Liberation Serif", "sans": "Liberation Sans", "dejavu": "DejaVu Serif",
         "mincho": "IPAMincho", "pmincho": "IPAPMincho", "gothic": "IPAGothic"}

CSS = """
@page {{ size: A4; margin: 26mm 24mm 24mm 24mm;
  @top-right {{ content: "{header}"; font: 8pt "{font}"; color: #555; }}
  @bottom-center {{ content: "{page_label}"; font: 8pt "{font}"; color: #555; }} }}
body {{ font-family: "{font}"; font-size: {size}pt; line-height: {leading}; hyphens: none; text-align: {align}; }}
h1 {{ font-size: 1.5em; text-align: center; margin: 0 0 1.4em; column-span: all; }}
h2 {{ font-size: 1.05em; margin: 1.2em 0 0.3em; break-after: avoid; }}
p {{ margin: 0 0 0.75em; orphans: 2; widows: 2; }}
p.lines {{ white-space: pre-line; text-align: left; margin: 0.8em 0; break-inside: avoid; }}
p.right {{ text-align: right; }}
table {{ border-collapse: collapse; width: 100%; margin: 0.6em 0 1em; }}
td {{ border: 0.6pt solid #444; padding: 3pt 6pt; vertical-align: top; text-align: left; }}
div.body {{ {columns} }}
div.break {{ break-after: page; }}
"""


def read_source(path):
    head, body = path.read_text(encoding="utf-8").split("\n---\n", 1)
    meta = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    return meta, body


def inline(text):
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(text, quote=False))


def block_html(block, japanese):
    lines = block.splitlines()
    if block == "===":
        return '<div class="break"></div>'
    if block.startswith("## "):
        return f"<h2>{inline(block[3:])}</h2>"
    if block.startswith("# "):
        return f"<h1>{inline(block[2:])}</h1>"
    if block.startswith(">") or block.startswith("@"):
        kind = "lines" if block[0] == ">" else "lines right"
        return f'<p class="{kind}">' + "\n".join(inline(line[1:].strip()) for line in lines) + "</p>"
    if block.startswith("|"):
        rows = ["".join(f"<td>{inline(cell.strip())}</td>" for cell in line.strip("|").split("|")) for line in lines]
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    return "<p>" + inline(("" if japanese else " ").join(lines)) + "</p>"


def to_html(meta, body):
    japanese = meta["lang"] == "ja"
    blocks = [b.strip("\n") for b in re.split(r"\n\s*\n", body.strip())]
    columns = f"column-count: {meta['columns']}; column-gap: 8mm;" if "columns" in meta else ""
    label = '" counter(page) " / " counter(pages) "' if japanese else 'Page " counter(page) " of " counter(pages) "'
    css = CSS.format(header=meta.get("header", ""), font=FONTS[meta["font"]], size=meta.get("size", "11"),
                     leading=meta.get("leading", "1.5"), columns=columns, page_label=label,
                     align=meta.get("align", "justify"))
    inner = "\n".join(block_html(b, japanese) for b in blocks)
    return (f'<html lang="{meta["lang"]}"><head><title>{html.escape(meta["title"])}</title><style>{css}</style></head>'
            f'<body><div class="body">{inner}</div></body></html>')


def squeeze(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def check(pdf, meta):
    """A gold value that is a quote must stand in the PDF; every PDF has at least three pages and is small."""
    pages = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, text=True).stdout
    raw = squeeze(subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True, text=True).stdout)
    count = pages.count("\f")
    problems = [] if count >= 3 else [f"only {count} pages"]
    if pdf.stat().st_size >= 300_000:
        problems.append(f"{pdf.stat().st_size} bytes")
    quotes = meta.get("gold.parties", "").split("; ") + [meta.get("gold.governing_law", ""),
                                                        meta.get("gold.notice_email", "")]
    problems += [f"'{q}' is not in the text" for q in quotes if squeeze(q) not in raw]
    print(f"{pdf.name}: {count} pages, {pdf.stat().st_size // 1000} kB", *problems)
    return not problems


def main():
    good = True
    with open(HERE / "gold.csv", "w", encoding="utf-8", newline="") as out:
        gold = csv.writer(out, lineterminator="\n")
        gold.writerow(["file"] + FIELDS)
        for source in sorted((HERE / "sources").glob("*.md")):
            meta, body = read_source(source)
            unknown = {k[5:] for k in meta if k.startswith("gold.")} - set(FIELDS)
            if unknown:
                sys.exit(f"{source.name}: gold for unknown fields {sorted(unknown)}")
            pdf = HERE / (source.stem + ".pdf")
            weasyprint.HTML(string=to_html(meta, body)).write_pdf(pdf)
            good &= check(pdf, meta)
            gold.writerow([pdf.name] + [meta.get("gold." + field, "") for field in FIELDS])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
