// SPDX-License-Identifier: Apache-2.0
#include "formats/xlsx_parts.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "formats/unicode.h"
#include "formats/zip_package.h"
#include "reader/reason.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

constexpr unsigned kParse = pugi::parse_default | pugi::parse_ws_pcdata_single;

/// Where the elements of one name stand in a part; empty when the part should be parsed as a whole.
struct Stretch {
  size_t begin = 0, end = 0;
  std::string close;  ///< "</x:row>"
};

/// The prefix of the root element with its colon.
std::string_view RootPrefix(std::string_view xml) {
  for (size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    if (at + 1 >= xml.size() || xml[at + 1] == '?' || xml[at + 1] == '!') continue;
    const size_t end = xml.find_first_of(" \t\r\n/>:", at + 1);
    if (end == std::string_view::npos || xml[end] != ':') return {};
    return xml.substr(at + 1, end - at);
  }
  return {};
}

Stretch FindStretch(std::string_view xml, const XmlPieces& pieces) {
  Stretch found;
  if (xml.size() <= pieces.piece_bytes * 2) return found;
  // In these, what looks like the end of an element may be text; in other encodings it looks different.
  const std::string_view head = xml.substr(0, 256);
  const bool plain = (head.starts_with('<') || head.starts_with("\xEF\xBB\xBF<")) && head[1] != '\0' &&
                     xml.find("<!") == std::string_view::npos;
  if (!plain) return found;
  const std::string open = fmt::format("<{}{}", RootPrefix(xml), pieces.name);
  size_t begin = xml.find(open);
  while (begin != std::string_view::npos &&
         std::string_view(" \t\r\n/>").find(xml[std::min(begin + open.size(), xml.size() - 1)]) ==
             std::string_view::npos) {
    begin = xml.find(open, begin + 1);
  }
  found.close = fmt::format("</{}{}>", RootPrefix(xml), pieces.name);
  const size_t last = xml.rfind(found.close);
  if (begin == std::string_view::npos || last == std::string_view::npos || last < begin) return {};
  found.begin = begin;
  found.end = last + found.close.size();
  return found;
}

Result<void> EachChild(const pugi::xml_node& node, const XmlPieces& pieces) {
  for (const pugi::xml_node& child : node.children()) {
    if (LocalName(child) == pieces.name) YK_TRY_VOID(pieces.each(child));
  }
  return {};
}

Result<void> Whole(std::string_view xml, const XmlPieces& pieces) {
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(xml, pieces.part, document));
  const pugi::xml_node root = document.document_element();
  YK_TRY_VOID(EachChild(pieces.parent.empty() ? root : Child(root, pieces.parent), pieces));
  return pieces.rest ? pieces.rest(root) : Result<void>();
}

}  // namespace

Result<void> ForEachElement(std::string_view xml, const XmlPieces& pieces) {
  const Stretch stretch = FindStretch(xml, pieces);
  if (stretch.end == 0) return Whole(xml, pieces);
  for (size_t at = stretch.begin; at < stretch.end;) {
    size_t end = stretch.end;
    if (end - at > pieces.piece_bytes) {
      end = std::min(end, xml.find(stretch.close, at + pieces.piece_bytes) + stretch.close.size());
    }
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(xml.data() + at, end - at, kParse | pugi::parse_fragment, pugi::encoding_utf8);
    if (!parsed) {
      return Fail(reader::ReasonError(
          Reason::kCorrupt,
          fmt::format("{} is not well-formed XML ({} at byte {}); get the file again", pieces.part,
                      parsed.description(), at + static_cast<size_t>(std::max<ptrdiff_t>(0, parsed.offset)))));
    }
    YK_TRY_VOID(EachChild(document, pieces));
    at = end;
  }
  std::string rest(xml.substr(0, stretch.begin));
  rest += xml.substr(stretch.end);
  return Whole(rest, pieces);
}

pugi::xml_node Child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& child : node.children()) {
    if (LocalName(child) == name) return child;
  }
  return {};
}

std::string_view Attribute(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    std::string_view found = attribute.name();
    if (const size_t colon = found.find(':'); colon != std::string_view::npos) found.remove_prefix(colon + 1);
    if (found == name) return attribute.value();
  }
  return {};
}

namespace {

void AppendTexts(const pugi::xml_node& node, std::string& out) {
  for (const pugi::xml_node& child : node.children()) {
    if (LocalName(child) != "t") continue;
    for (const pugi::xml_node& text : child.children()) {
      if (text.type() == pugi::node_pcdata || text.type() == pugi::node_cdata) out += text.value();
    }
  }
}

/// "_x000D_" stands for a character that XML cannot hold (22.9.2.19, ST_Xstring). -1: it is plain text.
int EscapedUnit(std::string_view text) {
  if (text.size() < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_') return -1;
  int unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return error == std::errc() && end == text.data() + 6 ? unit : -1;
}

std::string Unescaped(std::string text) {
  if (text.find("_x") == std::string::npos) return text;
  std::string out;
  for (size_t i = 0; i < text.size();) {
    std::u16string units;
    const size_t from = i;
    for (int unit = EscapedUnit(std::string_view(text).substr(i)); unit >= 0;
         unit = EscapedUnit(std::string_view(text).substr(i))) {
      // The control characters that FromUtf16 drops.
      if (unit == '\r' || unit == '\n') break;
      units += static_cast<char16_t>(unit);
      i += 7;
    }
    out += text::ToUtf8(FromUtf16(units));
    if (i > from) continue;
    if (EscapedUnit(std::string_view(text).substr(i)) >= 0) {
      out += EscapedUnit(std::string_view(text).substr(i)) == '\r' ? '\r' : '\n';
      i += 7;
    } else {
      out += text[i++];
    }
  }
  return out;
}

template <typename T>
T NumberOr(std::string_view text, T fallback) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : fallback;
}

}  // namespace

std::string UnescapedText(std::string text) { return CleanCellText(Unescaped(std::move(text))); }

std::string StringItem(const pugi::xml_node& item) {
  std::string text;
  AppendTexts(item, text);
  for (const pugi::xml_node& run : item.children()) {
    if (LocalName(run) == "r") AppendTexts(run, text);
  }
  return UnescapedText(std::move(text));
}

Result<std::vector<std::string>> ReadSharedStrings(std::string_view xml, std::string_view part) {
  std::vector<std::string> strings;
  XmlPieces pieces{.part = part, .parent = "", .name = "si", .each = {}, .rest = {}};
  pieces.each = [&](const pugi::xml_node& item) -> Result<void> {
    strings.push_back(StringItem(item));
    return {};
  };
  YK_TRY_VOID(ForEachElement(xml, pieces));
  return strings;
}

Result<void> ReadStyles(std::string_view xml, std::string_view part, XlsxBook& book) {
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(xml, part, document));
  const pugi::xml_node root = document.document_element();
  std::map<int, std::string> codes;
  for (const pugi::xml_node& format : Child(root, "numFmts").children()) {
    const int id = NumberOr(Attribute(format, "numFmtId"), -1);
    if (id >= 0) codes[id] = Attribute(format, "formatCode");
  }
  std::map<int, size_t> known;
  for (const pugi::xml_node& style : Child(root, "cellXfs").children()) {
    if (LocalName(style) != "xf") continue;
    const int id = NumberOr(Attribute(style, "numFmtId"), 0);
    const auto [at, fresh] = known.emplace(id, book.formats.size());
    if (fresh) {
      const auto code = codes.find(id);
      book.formats.emplace_back(code != codes.end() ? std::string_view(code->second) : NumberFormat::Builtin(id));
    }
    book.style_format.push_back(at->second);
  }
  return {};
}

}  // namespace yk::formats
