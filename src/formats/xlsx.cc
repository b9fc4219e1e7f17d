// SPDX-License-Identifier: Apache-2.0
#include "formats/xlsx.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "formats/xlsx_parts.h"
#include "formats/zip_package.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

bool SameLetters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// "xl/worksheets/sheet1.xml" for the target "worksheets/sheet1.xml" of "xl/workbook.xml".
std::string Resolve(std::string_view from, std::string_view target) {
  std::string path(target);
  std::replace(path.begin(), path.end(), '\\', '/');
  if (!path.starts_with('/')) path.insert(0, std::string(from.substr(0, from.rfind('/') + 1)));
  std::vector<std::string_view> parts;
  std::string_view left = path;
  while (!left.empty()) {
    const std::string_view part = left.substr(0, left.find('/'));
    left.remove_prefix(std::min(left.size(), part.size() + 1));
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (!part.empty() && part != "." && part != "..") parts.push_back(part);
  }
  std::string out;
  for (const std::string_view part : parts) out += (out.empty() ? "" : "/") + std::string(part);
  return out;
}

struct Relation {
  std::string type;  ///< last part of its URI: the same in the strict and the transitional edition
  std::string part;
};

class XlsxReader {
 public:
  XlsxReader(const reader::ReadRequest& request, std::string_view bytes) : request_(request), bytes_(bytes) {}

  Result<reader::ReadAnswer> Read() {
    YK_TRY(frame_, ZipPackage::Open(bytes_, request_.options.limits, [](std::string_view name) {
             const size_t slash = name.rfind('/');
             const std::string_view file = slash == std::string_view::npos ? name : name.substr(slash + 1);
             return file.ends_with(".rels") || (file.starts_with("workbook") && file.ends_with(".xml")) ||
                    name == "docProps/core.xml";
           }));
    YK_TRY_VOID(FindWorkbook());
    YK_TRY_VOID(ReadWorkbook());
    builder_ = std::make_unique<WorkbookBuilder>(request_, std::move(names_));
    for (const std::string& note : notes_) builder_->Note(note);
    if (request_.task == reader::Task::kRead) YK_TRY_VOID(ReadSheets());
    YK_TRY(reader::ReadAnswer answer,
           builder_->Finish("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    ReadProperties(answer.document);
    return answer;
  }

 private:
  /// A part by name; names that differ in case only are the same part.
  static const std::string* Find(const ZipPackage& package, std::string_view name) {
    if (const std::string* part = package.Find(name)) return part;
    for (const auto& [found, content] : package.parts()) {
      if (SameLetters(found, name) && !content.empty()) return &content;
    }
    return nullptr;
  }

  Result<std::map<std::string, Relation>> Relations(const std::string& part) {
    const size_t slash = part.rfind('/') + 1;  // npos + 1 is 0
    const std::string name = part.substr(0, slash) + "_rels/" + part.substr(slash) + ".rels";
    std::map<std::string, Relation> out;
    const std::string* xml = Find(frame_, name);
    if (xml == nullptr) return out;
    pugi::xml_document document;
    YK_TRY_VOID(ParseXml(*xml, name, document));
    for (const pugi::xml_node& node : document.document_element().children()) {
      const std::string_view type = Attribute(node, "Type");
      if (Attribute(node, "TargetMode") == "External") continue;
      out[std::string(Attribute(node, "Id"))] = {std::string(type.substr(type.rfind('/') + 1)),
                                                 Resolve(part, Attribute(node, "Target"))};
    }
    return out;
  }

  Result<void> FindWorkbook() {
    YK_TRY(const auto relations, Relations(""));
    for (const auto& [id, relation] : relations) {
      if (relation.type == "officeDocument") workbook_ = relation.part;
    }
    if (workbook_.empty()) workbook_ = "xl/workbook.xml";
    if (Find(frame_, workbook_) != nullptr) return {};
    YK_TRY(const ZipPackage package, ZipPackage::Open(bytes_, request_.options.limits, [this](std::string_view name) {
             return SameLetters(name, workbook_);
           }));
    if (const std::string* xml = Find(package, workbook_)) {
      odd_workbook_ = *xml;
      return {};
    }
    return Fail(reader::ReasonError(
        Reason::kCorrupt, fmt::format("the file has no part '{}', which lists the sheets; get it again", workbook_)));
  }

  Result<void> ReadWorkbook() {
    const std::string* found = Find(frame_, workbook_);
    pugi::xml_document document;
    YK_TRY_VOID(ParseXml(found != nullptr ? *found : odd_workbook_, workbook_, document));
    YK_TRY(const auto relations, Relations(workbook_));
    const pugi::xml_node root = document.document_element();
    const std::string_view epoch = Attribute(Child(root, "workbookPr"), "date1904");
    book_.epoch_1904 = epoch == "1" || epoch == "true";
    for (const auto& [id, relation] : relations) {
      if (relation.type == "sharedStrings") strings_part_ = relation.part;
      if (relation.type == "styles") styles_part_ = relation.part;
    }
    for (const pugi::xml_node& node : Child(root, "sheets").children()) {
      if (LocalName(node) != "sheet") continue;
      const std::string name = CleanCellText(Attribute(node, "name"));
      // The attribute is r:id; a plain "id" does not occur.
      const auto relation = relations.find(std::string(Attribute(node, "id")));
      if (relation != relations.end() && relation->second.type != "worksheet") {
        notes_.push_back(fmt::format("'{}' is a {} and has no cells.", name, relation->second.type));
        continue;
      }
      if (names_.size() >= static_cast<size_t>(request_.options.limits.pages_max)) {
        return Fail(reader::ReasonError(
            Reason::kResourceLimit,
            fmt::format("the workbook has more than {} sheets; split it", request_.options.limits.pages_max)));
      }
      const std::string_view state = Attribute(node, "state");
      names_.push_back({name, state == "hidden" || state == "veryHidden"});
      sheet_parts_.push_back(relation == relations.end() ? "" : relation->second.part);
    }
    return {};
  }

  /// Only what the sheets in question need is unpacked.
  Result<void> ReadSheets() {
    std::set<std::string, std::less<>> wanted = {strings_part_, styles_part_};
    const reader::ReadLimits& limits = request_.options.limits;
    for (size_t i = 0; i < sheet_parts_.size(); ++i) {
      const int number = static_cast<int>(i) + 1;
      if (number >= limits.first_page && (limits.last_page == 0 || number <= limits.last_page))
        wanted.insert(sheet_parts_[i]);
    }
    YK_TRY(const ZipPackage package, ZipPackage::Open(bytes_, limits, [&](std::string_view name) {
             return std::any_of(wanted.begin(), wanted.end(),
                                [&](const std::string& part) { return SameLetters(part, name); });
           }));
    YK_TRY_VOID(ReadCommon(package));
    std::optional<Error> first_problem;
    size_t read = 0;
    for (const std::string& part : sheet_parts_) {
      Sheet sheet;
      if (builder_->Wanted()) {
        auto made = ReadSheet(package, part);
        if (made) {
          sheet = std::move(made).value();
          ++read;
        } else if (reader::ReasonOf(made.error()) != Reason::kCorrupt) {
          return Fail(std::move(made).error());
        } else {
          builder_->Note(fmt::format("The sheet '{}' is left out: {}.", builder_->sheet_name(), made.error().message));
          if (!first_problem) first_problem = std::move(made).error();
        }
      }
      YK_TRY_VOID(builder_->Add(std::move(sheet)));
    }
    if (read == 0 && first_problem) return Fail(*std::move(first_problem));
    return {};
  }

  Result<void> ReadCommon(const ZipPackage& package) {
    if (const std::string* xml = Find(package, strings_part_)) {
      YK_TRY(book_.strings, ReadSharedStrings(*xml, strings_part_));
    } else if (!strings_part_.empty()) {
      builder_->Note("The part with the texts of the cells is missing; cells that refer to it are empty.");
    }
    const std::string* xml = Find(package, styles_part_);
    if (xml == nullptr) return {};
    auto styles = ReadStyles(*xml, styles_part_, book_);
    if (styles) return {};
    if (reader::ReasonOf(styles.error()) != Reason::kCorrupt) return styles;
    builder_->Note("The part with the number formats is damaged; dates are shown as numbers.");
    return {};
  }

  Result<Sheet> ReadSheet(const ZipPackage& package, const std::string& part) {
    const std::string* xml = part.empty() ? nullptr : Find(package, part);
    if (xml == nullptr) {
      return Fail(reader::ReasonError(Reason::kCorrupt, part.empty()
                                                            ? std::string("the workbook does not say where it is")
                                                            : fmt::format("its part '{}' is missing", part)));
    }
    return ReadXlsxSheet(*xml, part, book_, [this](int64_t more) { return builder_->CountCells(more); });
  }

  void ReadProperties(reader::Document& document) const {
    const std::string* xml = Find(frame_, "docProps/core.xml");
    pugi::xml_document properties;
    if (xml == nullptr || !ParseXml(*xml, "docProps/core.xml", properties)) return;
    for (const pugi::xml_node& node : properties.document_element().children()) {
      const std::string value = CleanCellText(node.text().get());
      const std::string_view name = LocalName(node);
      if (value.empty()) continue;
      if (name == "title") document.title = value;
      if (name == "creator") document.metadata.push_back({"author", {value}});
      if (name == "subject" || name == "keywords" || name == "created" || name == "modified") {
        document.metadata.push_back({std::string(name), {value}});
      }
    }
  }

  const reader::ReadRequest& request_;
  const std::string_view bytes_;
  ZipPackage frame_;
  std::string workbook_;
  std::string odd_workbook_;  ///< its content, when it has an unusual name
  std::string strings_part_, styles_part_;
  std::vector<SheetName> names_;
  std::vector<std::string> sheet_parts_;  ///< one per sheet
  std::vector<std::string> notes_;
  XlsxBook book_;
  std::unique_ptr<WorkbookBuilder> builder_;
};

}  // namespace

Result<reader::ReadAnswer> ReadXlsx(const reader::ReadRequest& request, std::string_view bytes) {
  return XlsxReader(request, bytes).Read();
}

}  // namespace yk::formats
