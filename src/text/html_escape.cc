// SPDX-License-Identifier: Apache-2.0
#include "text/html_escape.h"

#include "text/utf8.h"

namespace yk::text {

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : RepairUtf8(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\t':
      case '\n': out += c; break;
      default:
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace yk::text
