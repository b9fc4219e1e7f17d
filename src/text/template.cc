// SPDX-License-Identifier: Apache-2.0
#include "text/template.h"

#include <algorithm>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

std::string LineAndColumn(std::string_view source, size_t at) {
  const std::string_view before = source.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("line {}, column {}", line, CountCodePoints(before.substr(line_begin)) + 1);
}

size_t EditDistance(std::u32string_view a, std::u32string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string Joined(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

Result<Template> Template::Parse(std::string_view source) {
  Template out;
  size_t pos = 0;
  while (pos < source.size()) {
    const size_t open = source.find("{{", pos);
    const std::string_view fixed = source.substr(pos, open == std::string_view::npos ? open : open - pos);
    if (!fixed.empty()) out.parts_.push_back({false, std::string(fixed), ""});
    if (open == std::string_view::npos) break;
    const size_t close = source.find("}}", open + 2);
    if (close == std::string_view::npos) {
      return Fail(Code::kInvalid, "the prompt opens {{{{ at {} and never closes it: write {{{{field}}}}",
                  LineAndColumn(source, open));
    }
    const std::string name(TrimSpace(source.substr(open + 2, close - open - 2)));
    if (name.empty() || name.find_first_of("{}\n") != std::string::npos) {
      return Fail(Code::kInvalid, "the prompt holds {{{{{}}}}} at {}, which is not a field name: write {{{{field}}}}",
                  name, LineAndColumn(source, open));
    }
    out.parts_.push_back({true, name, name});
    if (std::find(out.fields_.begin(), out.fields_.end(), name) == out.fields_.end()) out.fields_.push_back(name);
    pos = close + 2;
  }
  return out;
}

Result<void> Template::CheckFields(std::span<const std::string> known) const {
  for (const std::string& field : fields_) {
    if (std::find(known.begin(), known.end(), field) != known.end()) continue;
    const std::string near = NearestName(field, known);
    return Fail(Code::kInvalid, "the prompt uses {{{{{}}}}}, which the rows do not have{}; fields are: {}", field,
                near.empty() ? "" : fmt::format("; did you mean {{{{{}}}}}?", near), Joined(known));
  }
  return {};
}

Result<std::vector<Template::Part>> Template::Render(
    const std::function<std::optional<std::string>(std::string_view field)>& value) const {
  std::vector<Part> out;
  out.reserve(parts_.size());
  for (const Part& part : parts_) {
    if (!part.is_field) {
      out.push_back(part);
      continue;
    }
    std::optional<std::string> text = value(part.field);
    if (!text) return Fail(Code::kInvalid, "the row has no field \"{}\", which the prompt uses", part.field);
    out.push_back({true, std::move(*text), part.field});
  }
  return out;
}

std::string NearestName(std::string_view name, std::span<const std::string> candidates) {
  const std::u32string wanted = ToUtf32(FoldCase(name));
  std::string best;
  size_t best_distance = std::max<size_t>(2, wanted.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::u32string other = ToUtf32(FoldCase(candidate));
    const size_t distance = EditDistance(wanted, other);
    // A word of which no character has to stay is no slip of the pen: 'on' does not mean 'off'.
    if (distance < best_distance && distance < wanted.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace yk::text
