#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast each format is read and with how much memory, over files made here from a seed.

    bench/readers/formats.py [--build build/release] [--n 200] [--turns 3] [--readers 1] [--json]

For each format: documents and megabytes (of the files as they lie on the disk, and of the text that comes out) per CPU
second of everything that runs, and the largest memory of a reader process over n files and over a tenth of them: equal
when memory does not grow with the number of files. Beside DOCX, XLSX, mail, HTML and CSV stands the shortest Python
that takes the text out with the standard library, over the same files in one process, as a measure of the machine.
"""
import argparse
import email
import email.message
import email.policy
import csv
import html.parser
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORDS = ("supplier delivers pumps to the site in Osaka before the end of March and invoices the buyer within thirty days of each "
         "delivery unless both agree otherwise 契約 納入 検収 支払 条件 期限 東京 大阪 株式会社 甲 乙 本書 定める 日 以内").split()
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def sentence(draw):
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(8, 24))) + "."


def relations(kind, target):
    return (XML + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="%s/%s" Target="%s"/></Relationships>' % (R, kind, target))


def package(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", XML + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        for name, content in parts.items():
            archive.writestr(name, content)


def make_docx(path, draw):
    paragraphs = "".join("<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % sentence(draw) for _ in range(400))
    row = "<w:tr>%s</w:tr>"
    cell = "<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>"
    table = "<w:tbl>%s</w:tbl>" % "".join(row % "".join(cell % draw.randint(1, 9999) for _ in range(6)) for _ in range(40))
    package(path, {"_rels/.rels": relations("officeDocument", "word/document.xml"),
                   "word/document.xml": XML + '<w:document xmlns:w="%s"><w:body>%s%s</w:body></w:document>' % (W, paragraphs, table)})


def make_xlsx(path, draw):
    rows = []
    for number in range(1, 3001):
        cells = ['<c r="A%d"><v>%d</v></c>' % (number, number), '<c r="B%d"><v>%.2f</v></c>' % (number, draw.random() * 1e4)]
        cells += ['<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>' % (column, number, " ".join(draw.choice(WORDS) for _ in range(3)))
                  for column in "CDEF"]
        rows.append('<row r="%d">%s</row>' % (number, "".join(cells)))
    package(path, {"_rels/.rels": relations("officeDocument", "xl/workbook.xml"),
                   "xl/workbook.xml": XML + '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>' % (S, R),
                   "xl/_rels/workbook.xml.rels": relations("worksheet", "worksheets/sheet1.xml"),
                   "xl/worksheets/sheet1.xml": XML + '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (S, "".join(rows))})


def make_mail(path, draw):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "納入 " + sentence(draw)[:40]
    message["Date"], message["Message-ID"] = "Mon, 1 Apr 2024 10:00:00 +0900", "<%s@example.org>" % path.stem
    body = "\n".join(sentence(draw) for _ in range(80))
    message.set_content(body + "\n\n> " + "\n> ".join(sentence(draw) for _ in range(40)) + "\n")
    message.add_alternative("<html><body><p>%s</p></body></html>" % body.replace("\n", "</p><p>"), subtype="html")
    message.add_attachment("\n".join("%d,%s" % (i, draw.choice(WORDS)) for i in range(500)).encode(), maintype="text", subtype="csv", filename="list.csv")
    path.write_bytes(message.as_bytes())


def make_html(path, draw):
    menu = "".join('<li><a href="/%d">%s</a></li>' % (i, draw.choice(WORDS)) for i in range(60))
    body = "".join("<h2>%s</h2>" % draw.choice(WORDS) + "".join("<p>%s <a href='#'>%s</a></p>" % (sentence(draw), draw.choice(WORDS))
                                                                 for _ in range(12)) for _ in range(30))
    path.write_text("<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body><nav><ul>%s</ul></nav><main>%s</main></body></html>" % (menu, body),
                    encoding="utf-8")


def make_csv(path, draw):
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["番号", "名前", "amount", "note"])
        for number in range(4000):
            writer.writerow([number, " ".join(draw.choice(WORDS) for _ in range(3)), "%.2f" % (draw.random() * 1e6), sentence(draw)[:60] + ', "x"'])


def make_text(path, draw):
    path.write_bytes("\n".join(sentence(draw) for _ in range(2500)).encode("shift_jis", errors="ignore"))


def python_docx(path):
    root = ElementTree.fromstring(zipfile.ZipFile(path).read("word/document.xml"))
    return "\n".join("".join(run.text or "" for run in paragraph.iter("{%s}t" % W)) for paragraph in root.iter("{%s}p" % W))


def python_xlsx(path):
    root = ElementTree.fromstring(zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml"))
    return "\n".join("\t".join("".join(cell.itertext()) for cell in row) for row in root.iter("{%s}row" % S))


def python_mail(path):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return "\n".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")


class Words(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.out = []

    def handle_data(self, data):
        self.out.append(data)


def python_html(path):
    words = Words()
    words.feed(path.read_text(encoding="utf-8"))
    return " ".join(words.out)


def python_csv(path):
    with open(path, newline="", encoding="utf-8") as lines:
        return "\n".join("\t".join(row) for row in csv.reader(lines))


FORMATS = {"DOCX": (".docx", make_docx, python_docx), "XLSX": (".xlsx", make_xlsx, python_xlsx), "mail": (".eml", make_mail, python_mail),
           "HTML": (".html", make_html, python_html), "CSV": (".csv", make_csv, python_csv), "text (Shift_JIS)": (".txt", make_text, None)}


def read(build, readers, files, environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run([str(build / "bench" / "yk_bench_read_files"), str(readers)], input="\n".join(map(str, files)) + "\n", text=True,
                          capture_output=True, check=False, env=environment)
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit("the readers ended with %d: %s" % (done.returncode, done.stderr[:500]))
    told = json.loads(done.stdout)
    if told["documents"] != len(files):
        sys.exit("%d of %d files were read" % (told["documents"], len(files)))
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--readers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    build = pathlib.Path(args.build).resolve()
    environment = dict(os.environ, YAKAN_READER=str(build / "bin" / "yakan-reader"))
    result = {}
    print("%-18s %10s %9s %9s %9s %14s %9s" % ("format", "docs/CPU s", "file MB/s", "text MB/s", "docs/s", "reader MB n/10", "Python"), file=sys.stderr)
    for name, (ending, make, python) in FORMATS.items():
        with tempfile.TemporaryDirectory(prefix="yakan-formats-") as folder:
            draw = random.Random(args.seed)
            files = [pathlib.Path(folder) / ("%05d%s" % (i, ending)) for i in range(args.n)]
            for path in files[:20]:
                make(path, draw)
            for i, path in enumerate(files[20:]):
                os.link(files[i % 20], path)
            size = sum(path.stat().st_size for path in files)
            _, _, few = read(build, args.readers, files[:max(20, args.n // 10)], environment)
            turns = []
            for _ in range(args.turns):
                wall, cpu, told = read(build, args.readers, files, environment)
                peer = None
                if python is not None:
                    begin = time.process_time()
                    for path in files:
                        python(path)
                    peer = (time.process_time() - begin) / cpu
                turns.append((args.n / cpu, size / cpu / 1e6, told["text_bytes"] / cpu / 1e6, args.n / wall, peer))
            per_cpu, file_mb, text_mb, per_second = (statistics.median(turn[i] for turn in turns) for i in range(4))
            ratio = statistics.median(turn[4] for turn in turns) if python is not None else None
            result[name] = {"files": args.n, "bytes": size, "documents_cpu_s": per_cpu, "file_mb_cpu_s": file_mb, "text_mb_cpu_s": text_mb, "documents_s": per_second,
                            "reader_rss_mb": told["reader_rss_kb"] / 1024, "reader_rss_few_mb": few["reader_rss_kb"] / 1024, "python_cpu_ratio": ratio}
            print("%-18s %10.0f %9.1f %9.1f %9.0f %7.0f %6.0f %9s" % (name, per_cpu, file_mb, text_mb, per_second, told["reader_rss_kb"] / 1024,
                                                                     few["reader_rss_kb"] / 1024, "%.1fx" % ratio if ratio else "-"), file=sys.stderr)
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
