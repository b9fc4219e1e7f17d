// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_flowed.h"

#include <algorithm>

namespace yk::formats {
namespace {

struct FlowedLine {
  size_t depth = 0;  ///< of quotation
  std::string_view text;
  bool goes_on = false;
};

FlowedLine ParseLine(std::string_view line) {
  FlowedLine out;
  while (line.starts_with('>')) {
    ++out.depth;
    line.remove_prefix(1);
  }
  if (line.starts_with(' ')) line.remove_prefix(1);
  out.text = line;
  out.goes_on = line.ends_with(' ') && line != "-- ";  // what stands above a signature is a line of its own
  return out;
}

void BeginLine(const FlowedLine& line, std::string& out) {
  if (line.depth > 0) {
    out.append(line.depth, '>');
    if (!line.text.empty()) out += ' ';
  } else if (line.text.starts_with('>')) {
    out += ' ';  // its space said that it is no quotation, and still has to
  }
}

}  // namespace

std::string UnfoldFlowed(std::string_view text, bool delete_space) {
  std::string out;
  out.reserve(text.size());
  bool open = false;  // whether the last line goes on
  size_t depth = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const FlowedLine line = ParseLine(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    // Another depth ends a paragraph, whatever its last line says; so do a blank line and the one above a signature.
    if (open && (line.depth != depth || line.text.empty() || line.text == "-- ")) {
      out += '\n';
      open = false;
    }
    if (!open) BeginLine(line, out);
    out += line.text;
    if (line.goes_on && delete_space) out.pop_back();
    open = line.goes_on;
    depth = line.depth;
    if (!open) out += '\n';
  }
  return out;
}

}  // namespace yk::formats
