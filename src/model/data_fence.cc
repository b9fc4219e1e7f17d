// SPDX-License-Identifier: Apache-2.0
#include "model/data_fence.h"

#include <algorithm>

namespace yk::model {
namespace {

constexpr std::string_view kDataTag = "data";

std::string TagName(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '"' && c != '<' && c != '>' && static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out.empty() ? std::string("text") : out;
}

bool IsTagAt(std::string_view text, size_t at) {
  if (at < text.size() && text[at] == '/') ++at;
  if (text.size() - std::min(at, text.size()) < kDataTag.size()) return false;
  for (size_t i = 0; i < kDataTag.size(); ++i) {
    if ((text[at + i] | 0x20) != kDataTag[i]) return false;
  }
  return true;
}

}  // namespace

std::string FenceOpening(std::string_view name) { return "\n<data name=\"" + TagName(name) + "\">\n"; }

std::string InsideFence(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  size_t done = 0;
  for (size_t i = text.find('<'); i != std::string_view::npos; i = text.find('<', i + 1)) {
    const bool control = i + 1 < text.size() && text[i + 1] == '|';
    if (!control && !IsTagAt(text, i + 1)) continue;
    out.append(text, done, i + 1 - done);
    out += ' ';
    done = i + 1;
  }
  out.append(text, done);
  return out;
}

}  // namespace yk::model
