// SPDX-License-Identifier: Apache-2.0
// Workbooks for tests, written part by part so that they can be wrong where a test wants it.
#pragma once

#include <string>
#include <vector>

#include "formats/zip_fixture.h"

namespace yk::formats {

struct SheetPart {
  std::string name;
  std::string xml;    ///< what stands inside <worksheet>
  std::string state;  ///< "hidden", "veryHidden"
};

struct XlsxParts {
  std::vector<SheetPart> sheets;
  std::string strings;  ///< <si> items
  std::string styles;   ///< what stands inside <styleSheet>
  std::string properties = "<workbookPr/>";
  std::string ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  std::string types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
};

inline ZipParts PartsOf(const XlsxParts& book) {
  const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  const std::string package = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
  std::string sheets;
  std::string relations = package;
  ZipParts parts;
  const auto relate = [&](const std::string& id, const std::string& type, const std::string& target) {
    relations += "<Relationship Id=\"" + id + "\" Type=\"" + book.types + type + "\" Target=\"" + target + "\"/>";
  };
  for (size_t i = 0; i < book.sheets.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const std::string state = book.sheets[i].state.empty() ? "" : " state=\"" + book.sheets[i].state + "\"";
    sheets += "<sheet name=\"" + book.sheets[i].name + "\" sheetId=\"" + number + "\"" + state + " r:id=\"rId" +
              number + "\"/>";
    // Part names do not follow the order of the sheets.
    const std::string part = "sheets/s" + std::to_string(book.sheets.size() - i) + ".xml";
    relate("rId" + number, "worksheet", part);
    parts.push_back(
        {"xl/" + part, head + "<worksheet xmlns=\"" + book.ns + "\">" + book.sheets[i].xml + "</worksheet>"});
  }
  if (!book.strings.empty()) {
    relate("rIdS", "sharedStrings", "/xl/strings.xml");
    parts.push_back({"xl/strings.xml", head + "<sst xmlns=\"" + book.ns + "\">" + book.strings + "</sst>"});
  }
  if (!book.styles.empty()) {
    relate("rIdT", "styles", "styles.xml");
    parts.push_back({"xl/styles.xml", head + "<styleSheet xmlns=\"" + book.ns + "\">" + book.styles + "</styleSheet>"});
  }
  parts.insert(parts.begin(), {{"_rels/.rels", head + package + "<Relationship Id=\"r\" Type=\"" + book.types +
                                                   "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
                               {"xl/workbook.xml", head + "<workbook xmlns=\"" + book.ns + "\" xmlns:r=\"rel\">" +
                                                       book.properties + "<sheets>" + sheets + "</sheets></workbook>"},
                               {"xl/_rels/workbook.xml.rels", head + relations + "</Relationships>"}});
  return parts;
}

inline std::string MakeXlsx(const XlsxParts& book) { return MakeZip(PartsOf(book)); }

/// <sheetData> with one row.
inline std::string OneRow(const std::string& cells) {
  return "<sheetData><row r=\"1\">" + cells + "</row></sheetData>";
}

}  // namespace yk::formats
