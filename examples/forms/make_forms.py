#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes equipment-loans.xlsx: a form of an invented office, filled in by three people, one sheet each. Somebody has put a
notice above the second one, so its rows stand further down. Python's standard library only; equal bytes on every run.

  python3 make_forms.py
"""
import pathlib
import zipfile
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
DATE_STYLE = 1

# What is filled in, by sheet. A date is a day as Excel counts them.
REQUESTS = {
    "1 Sato": dict(name="佐藤 花子", section="総務課", phone="内線 1203", boss="田中 一郎", boss_phone="内線 1200",
                   item="Projector", count=1, value=84000, start=45387, end=45390, remarks="For the spring meeting"),
    "2 Kimura": dict(name="木村 健", section="広報課", phone="内線 2210", boss="小林 恵", boss_phone="－",
                     item="Camera", count=2, value="１２６，０００", start=45411, end=45418, remarks="－"),
    "3 Lee": dict(name="Lee Min", section="Planning", phone="ext. 3305", boss="岡田 修", boss_phone="ext. 3300",
                  item="Laptop", count=3, value=459000, start=45420, end=45481, remarks="Data entry, three temps"),
}


def form(filled):
    """(row, first column, last column, last row, value) of each cell, counted from 1."""
    return [
        (1, 1, 12, 1, "備品貸出申請書 / Equipment loan request"),
        (3, 1, 2, 4, "申請者\nApplicant"), (3, 3, 4, 3, "氏　　名"), (3, 5, 8, 3, filled["name"]),
        (3, 9, 10, 3, "所属"), (3, 11, 12, 3, filled["section"]), (4, 3, 4, 4, "電　　話"), (4, 5, 12, 4, filled["phone"]),
        (5, 1, 2, 6, "承認者\nApprover"), (5, 3, 4, 5, "氏　　名"), (5, 5, 12, 5, filled["boss"]),
        (6, 3, 4, 6, "電　　話"), (6, 5, 12, 6, filled["boss_phone"]),
        (8, 1, 4, 8, "品　名 (Item)"), (8, 5, 6, 8, "数　量"), (8, 7, 9, 8, "価　格\n（円）"), (8, 10, 12, 8, "期　間"),
        (9, 1, 4, 10, filled["item"]), (9, 5, 6, 10, filled["count"]), (9, 7, 9, 10, filled["value"]),
        (9, 10, 10, 9, "自"), (9, 11, 12, 9, ("date", filled["start"])), (10, 10, 10, 10, "至"),
        (10, 11, 12, 10, ("date", filled["end"])),
        (12, 1, 2, 12, "備考"), (12, 3, 12, 12, filled["remarks"]),
    ]


def letters(column):
    return chr(64 + column)


def sheet(cells):
    rows = {}
    merges = ""
    for row, col, last_col, last_row, value in cells:
        place = f"{letters(col)}{row}"
        if isinstance(value, tuple):
            xml = f'<c r="{place}" s="{DATE_STYLE}"><v>{value[1]}</v></c>'
        elif isinstance(value, int):
            xml = f'<c r="{place}"><v>{value}</v></c>'
        else:
            xml = f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        rows.setdefault(row, []).append((col, xml))
        if (row, col) != (last_row, last_col):
            merges += f'<mergeCell ref="{place}:{letters(last_col)}{last_row}"/>'
    data = "".join(f'<row r="{row}">{"".join(xml for _, xml in sorted(rows[row]))}</row>' for row in sorted(rows))
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData><mergeCells>{merges}</mergeCells></worksheet>'


def write(path):
    parts = {}
    names = list(REQUESTS)
    overrides = ""
    for number, name in enumerate(names, 1):
        cells = form(REQUESTS[name])
        if number == 2:
            notice = [(1, 1, 12, 2, "至急 / Urgent"), (3, 1, 12, 3, "Received 2024-04-20")]
            cells = notice + [(row + 4, col, last_col, last_row + 4, value) for row, col, last_col, last_row, value in cells]
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet(cells)
        overrides += (f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
                      'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>')
    sheets = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    links = "".join(f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                    for n in range(1, len(names) + 1))
    links += f'<Relationship Id="rIdStyles" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    parts["xl/workbook.xml"] = f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = f'{HEAD}<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
    parts["xl/styles.xml"] = (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>')
    parts["_rels/.rels"] = (f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
                            'Target="xl/workbook.xml"/></Relationships>')
    parts["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        f'{overrides}</Types>')
    with zipfile.ZipFile(path, "w") as archive:
        for name in ["[Content_Types].xml"] + sorted(set(parts) - {"[Content_Types].xml"}):
            item = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            item.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(item, parts[name])


if __name__ == "__main__":
    write(pathlib.Path(__file__).with_name("equipment-loans.xlsx"))
