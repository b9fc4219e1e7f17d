#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A folder as companies have them: many formats, some of them broken or hostile.

`yakan run` over it ends with exit code 3, one row for every document (members of archives and messages of mailboxes
count as documents) or one explained failure, and a ledger that adds up. All files are made here; the PDF is one of
the example contracts.
"""
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

from job_rows import rows_of

TEXT = "The supplier %s delivers 12 pumps to Osaka by 2024-04-01."
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def packed(parts, stored=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def relations(*targets):
    lines = "".join('<Relationship Id="r%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>'
                    % (number, kind, target) for number, (kind, target) in enumerate(targets, 1))
    return XML + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % lines


TYPES = XML + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def docx(text):
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(("officeDocument", "word/document.xml")),
                   "word/document.xml": XML + '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                   "<w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>" % text})


def pptx(text):
    spaces = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
              'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
                   "ppt/presentation.xml": XML + '<p:presentation %s><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>' % spaces,
                   "ppt/_rels/presentation.xml.rels": relations(("slide", "slides/slide1.xml")),
                   "ppt/slides/slide1.xml": XML + "<p:sld %s><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:txBody><a:p><a:r><a:t>%s</a:t>"
                   "</a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>" % (spaces, text)})


def odt(text):
    return packed({"mimetype": "application/vnd.oasis.opendocument.text",
                   "content.xml": XML + '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
                   'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>%s</text:p></office:text>'
                   "</office:body></office:document-content>" % text}, stored=("mimetype",))


def xlsx(text):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
                   "xl/workbook.xml": XML + '<workbook xmlns="%s" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
                   '<sheets><sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>' % main,
                   "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
                   "xl/worksheets/sheet1.xml": XML + '<worksheet xmlns="%s"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c>'
                   "</row></sheetData></worksheet>" % (main, text)})


def mail(subject, text):
    return ("From: a@example.com\r\nTo: b@example.com\r\nSubject: %s\r\nDate: Mon, 1 Apr 2024 10:00:00 +0900\r\nMessage-ID: <%s@example.com>\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n" % (subject, subject, text)).encode()


def tar_gz(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("zeros.txt", "w") as member:
            for _ in range(150):
                member.write(b"0" * (1 << 20))
    return out.getvalue()


def make_folder(folder, contracts):
    """Writes the files; returns {row's file: None when it is to be read, else the reason of its failure}."""
    here = os.path.join(folder, "in")
    os.mkdir(here)
    inner = packed({"report.txt": (TEXT % "Deep").encode(), "読み.csv": "品目,数量\nポンプ,12\n".encode("cp932")})
    broken = packed({"a.txt": b"never seen" * 50})[:40]
    files = {
        "letter.docx": (docx(TEXT % "Word"), None), "talk.pptx": (pptx(TEXT % "Slide"), None), "essay.odt": (odt(TEXT % "Open"), None),
        "orders.xlsx": (xlsx(TEXT % "Sheet"), None), "table.csv": ("取引先,金額\n山田商事,1200\n佐藤工業,3400\n".encode("cp932"), None),
        "page.html": (b"<!DOCTYPE html><title>t</title><nav><a href=x>menu</a></nav><main><p>" + (TEXT % "Web").encode() + b"</p></main>", None),
        "note.eml": (mail("one", TEXT % "Mail"), None), "records.json": (json.dumps([{"id": 1, "name": "pump"}]).encode(), None),
        "lines.jsonl": (b'{"id": 1}\n{"id": 2}\n', None), "readme.md": (("# Pumps\n\n" + TEXT % "Mark").encode(), None),
        "euc.txt": ("本契約は令和6年4月1日に締結した。甲は乙にポンプを納入する。".encode("euc-jp"), None),
        "plain.txt.gz": (gzip.compress((TEXT % "Zipped").encode()), None),
        "program.bin": (bytes(range(256)) * 16, "unsupported"), "empty.txt": (b"", "empty_file"), "broken.zip": (broken, "corrupt"),
    }
    expected = {}
    for name, (content, reason) in files.items():
        with open(os.path.join(here, name), "wb") as out:
            out.write(content)
        expected["in/" + name] = reason
    containers = {
        "pack.zip": (packed({"a/letter.docx": docx(TEXT % "Inner"), "b.txt": (TEXT % "Member").encode(), "inner.zip": inner}),
                     {"a/letter.docx": None, "b.txt": None, "inner.zip/report.txt": None, "inner.zip/読み.csv": None}),
        "pack.tar.gz": (tar_gz({"x/page.htm": b"<html><body><p>" + (TEXT % "Tar").encode(), "y.bin": bytes(range(256)) * 16}),
                        {"x/page.htm": None, "y.bin": "unsupported"}),
        "bomb.zip": (bomb(), {"zeros.txt": "resource_limit"}),
    }
    for name, (content, members) in containers.items():
        with open(os.path.join(here, name), "wb") as out:
            out.write(content)
        expected.update({"in/%s/%s" % (name, member): reason for member, reason in members.items()})
    mailbox = b"".join(b"From a@example.com Mon Apr  1 10:00:00 2024\n" + mail("m%d" % i, TEXT % "Box").replace(b"\r\n", b"\n") + b"\n" for i in (1, 2))
    with open(os.path.join(here, "box.mbox"), "wb") as out:
        out.write(mailbox)
    shutil.copy(os.path.join(contracts, "04-mutual-nda.pdf"), os.path.join(here, "nda.pdf"))
    expected["in/nda.pdf"] = None
    return expected


def check(condition, problem, *details):
    if not condition:
        sys.exit("mixed_folder: " + problem % details)


def main():
    bin_dir, source_dir = (os.path.abspath(path) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="yakan-mixed-") as folder:
        expected = make_folder(folder, os.path.join(source_dir, "examples", "contracts"))
        job = {"name": "mixed", "model": "builtin", "input": {"files": "in/**"},
               "steps": [{"map": {"prompt": "When? {{text}}", "evidence": "off",
                                  "schema": {"type": "object", "properties": {"date": {"type": ["string", "null"], "format": "date"}}, "required": ["date"]}}}],
               "output": [{"jsonl": "out.jsonl"}]}
        with open(os.path.join(folder, "job.yaml"), "w", encoding="utf-8") as out:
            json.dump(job, out)
        done = subprocess.run([os.path.join(bin_dir, "yakan"), "run", "job.yaml", "--json"], cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, timeout=240)
        check(done.returncode == 3, "exit code %d instead of 3: %s", done.returncode, done.stderr.decode(errors="replace"))
        summary = json.loads(done.stdout)
        good = {row["_source"]["file"]: row for row in rows_of(os.path.join(folder, "out.jsonl")) if row.get("_status") == "ok"}
        bad = {row["_source"]["file"]: row for row in rows_of(os.path.join(folder, "out.errors.jsonl"))}
        for name, reason in expected.items():
            if reason is None:
                check(name in good, "%s has no good row: %s", name, bad.get(name))
            else:
                check(name in bad and name not in good, "%s did not fail; these did: %s", name, sorted(bad))
                check(reason in json.dumps(bad[name]), "%s failed with %s instead of %s", name, bad[name], reason)
        messages = [name for name in list(good) + list(bad) if name.startswith("in/box.mbox")]
        check(messages, "the mailbox has no row")
        check(len(good) + len(bad) == len(expected) + len(messages), "rows beside the expected ones: %s",
              sorted((set(good) | set(bad)) - set(expected)))
        counts = summary["rows"]
        check(counts["ok"] == len(good) and counts["failed"] == len(bad) and counts["rows"] == len(good) + len(bad), "the ledger does not add up: %s, but %d and %d rows",
              counts, len(good), len(bad))
        for row in bad.values():
            message = row.get("_error", {}).get("message", "") if isinstance(row.get("_error"), dict) else str(row.get("_error", ""))
            check(len(message.split()) > 4, "no sentence in %s", row)
        print("%d rows, %d ok, %d explained failures" % (len(good) + len(bad), len(good), len(bad)))


if __name__ == "__main__":
    main()
