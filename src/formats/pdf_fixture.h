// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace yk::formats {

/// Writes a PDF object by object, with a cross-reference table that fits. Object 1 is the catalog, 2 the page tree, 3
/// the font Helvetica, known to every page as F1.
class PdfBuilder {
 public:
  PdfBuilder() : objects_{"", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"} {}

  /// The number of a new object.
  int Add(std::string object) {
    objects_.push_back(std::move(object));
    return static_cast<int>(objects_.size());
  }
  int AddStream(const std::string& dictionary, const std::string& data) {
    return Add(fmt::format("<<{}/Length {}>>\nstream\n{}\nendstream", dictionary, data.size(), data));
  }
  /// `extra` goes into the page's dictionary, `resources` into that of its resources.
  int AddPage(const std::string& content, const std::string& extra = "", const std::string& resources = "") {
    const int stream = AddStream("", content);
    pages_.push_back(Add(fmt::format(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>{}>>{}>>", stream,
        resources, extra)));
    return pages_.back();
  }
  /// A line of text, `y` points above the lower edge.
  static std::string Line(const std::string& text, double x, double y, double size = 12) {
    return fmt::format("BT /F1 {} Tf {} {} Td ({}) Tj ET\n", size, x, y, text);
  }

  std::string Finish(const std::string& catalog_extra = "", const std::string& trailer_extra = "") {
    std::string kids;
    for (const int page : pages_) kids += fmt::format("{} 0 R ", page);
    objects_[0] = "<</Type/Catalog/Pages 2 0 R" + catalog_extra + ">>";
    objects_[1] = fmt::format("<</Type/Pages/Kids[{}]/Count {}>>", kids, pages_.size());
    std::string pdf = "%PDF-1.7\n";
    std::string table = fmt::format("xref\n0 {}\n0000000000 65535 f \n", objects_.size() + 1);
    for (size_t i = 0; i < objects_.size(); ++i) {
      table += fmt::format("{:010} 00000 n \n", pdf.size());
      pdf += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects_[i]);
    }
    return pdf + table +
           fmt::format("trailer\n<</Size {}/Root 1 0 R{}>>\nstartxref\n{}\n%%EOF\n", objects_.size() + 1, trailer_extra,
                       pdf.size());
  }

 private:
  std::vector<std::string> objects_;
  std::vector<int> pages_;
};

}  // namespace yk::formats
