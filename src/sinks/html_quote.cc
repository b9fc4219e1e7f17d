// SPDX-License-Identifier: Apache-2.0
#include "sinks/html_quote.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>
#include <vector>

#include "sinks/columns.h"
#include "text/html_escape.h"
#include "text/utf8.h"

namespace yk::sinks {
namespace fs = std::filesystem;
namespace {

using text::EscapeHtml;

constexpr size_t kQuoteLetters = 4000;
constexpr double kMargin = 18;  ///< points of the page above and below the lines that are shown

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
  /// Set from top to bottom.
  bool runs_down() const { return height() > 1.5 * width(); }
};

/// nullopt for what is no box of a page, whoever wrote it.
std::optional<Box> BoxOf(const Json& json) {
  if (!json.is_array() || json.size() < 4) return std::nullopt;
  double sides[4];
  for (size_t i = 0; i < 4; ++i) {
    if (!json[i].is_number()) return std::nullopt;
    sides[i] = json[i].get<double>();
    if (!std::isfinite(sides[i]) || std::abs(sides[i]) > 1e5) return std::nullopt;
  }
  const Box box{sides[0], sides[1], sides[2], sides[3]};
  return box.width() > 0 && box.height() > 0 ? std::optional(box) : std::nullopt;
}

std::string RectSvg(const Box& box, const char* css) {
  return fmt::format(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)", css, box.left,
                     box.top, box.width(), box.height());
}

/// A line at its place, as wide as it is on the page whatever the font.
std::string LineSvg(const Box& box, const std::string& text) {
  const bool down = box.runs_down() && text::CountCodePoints(text) > 1;
  const double size = 0.85 * (down ? box.width() : box.height());
  const double length = down ? box.height() : box.width();
  const double x = down ? (box.left + box.right) / 2 : box.left;
  const double y = down ? box.top : box.bottom - 0.22 * box.height();
  return fmt::format(
      R"(<text x="{:.1f}" y="{:.1f}" font-size="{:.1f}" textLength="{:.1f}" lengthAdjust="spacingAndGlyphs"{}>{}</text>)",
      x, y, size, length, down ? R"( class="down")" : "", EscapeHtml(text));
}

std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
  return text;
}

/// A path for the browser: whatever a file is called, it stays a file's name.
std::string UrlPath(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::string FileHtml(const HtmlOptions& options, const Json& file, const Json& page) {
  if (!file.is_string()) return {};
  const auto& name = file.get_ref<const std::string&>();
  const bool has_page = page.is_number_integer();
  const std::string shown = EscapeHtml(name) + (has_page ? fmt::format(" p.{}", page.get<int64_t>()) : "");
  std::error_code error;
  const fs::path path = (options.base_dir / name).lexically_normal();
  if (name.find('\0') != std::string::npos || !fs::is_regular_file(path, error)) return shown;
  const std::string url = UrlPath(path.lexically_relative(options.path.parent_path()).generic_string());
  return fmt::format(R"(<a href="./{}{}">{}</a>)", url, has_page ? fmt::format("#page={}", page.get<int64_t>()) : "",
                     shown);
}

std::string PageSvg(const Json& context) {
  const Json size = Member(context, "page");
  const std::optional<Box> page = BoxOf(Json::array({0, 0, Member(size, "width"), Member(size, "height")}));
  std::vector<Box> hits;
  for (const Json& one : Member(context, "boxes")) {
    if (const auto box = BoxOf(one)) hits.push_back(*box);
  }
  if (!page || hits.empty()) return {};
  Box seen = hits.front();
  const auto see = [&](const Box& box) {
    seen.top = std::min(seen.top, box.top);
    seen.bottom = std::max(seen.bottom, box.bottom);
  };
  std::string marks, lines, outline;
  for (const Box& box : hits) {
    marks += RectSvg(box, "hit");
    see(box);
  }
  for (const Json& line : Member(context, "lines")) {
    const auto box = BoxOf(line);
    if (!box || line.size() < 5 || !line[4].is_string()) continue;
    lines += LineSvg(*box, OneLine(line[4].get<std::string>()));
    outline += RectSvg(*box, "line");
    see(*box);
  }
  const double top = std::max(0.0, seen.top - kMargin);
  const double bottom = std::min(page->bottom, seen.bottom + kMargin);
  if (bottom <= top) return {};
  const std::string paper = RectSvg(*page, "paper");
  return fmt::format(
      R"(<figure><svg class="whole" viewBox="-1 -1 {:.1f} {:.1f}" role="img" aria-label="place on the page">{}{}{}</svg>)"
      R"(<svg class="part" viewBox="-1 {:.1f} {:.1f} {:.1f}" role="img" aria-label="lines of the page">{}{}{}</svg></figure>)",
      page->right + 2, page->bottom + 2, paper, outline, marks, top - 1, page->right + 2, bottom - top + 2, paper,
      marks, lines);
}

std::string QuoteHtml(const HtmlOptions& options, const std::string& id, std::string_view field, const Json& place) {
  const Json context = Member(place, "context");
  const std::string quote = ValueText(Member(place, "quote"));
  const std::string how = ValueText(Member(place, "how"));
  const std::string before = ValueText(Member(context, "before"));
  const std::string after = ValueText(Member(context, "after"));
  std::string out = fmt::format(R"(<section class="quote" id="{}"><p><b>{}</b> <span class="soft">{}{}</span></p>)", id,
                                EscapeHtml(field), FileHtml(options, Member(place, "file"), Member(place, "page")),
                                how.empty() || how == "exact" ? "" : " · " + EscapeHtml(how));
  out += fmt::format(R"(<div class="seen"><blockquote>{}<mark>{}</mark>{}</blockquote>)", EscapeHtml(before),
                     EscapeHtml(text::TruncateCodePoints(quote, kQuoteLetters)), EscapeHtml(after));
  return out + PageSvg(context) + "</div></section>\n";
}

}  // namespace yk::sinks
