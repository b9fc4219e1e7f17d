// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_charset.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/result.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool IsAscii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Charsets whose text is ASCII bytes: it would pass for ASCII.
bool IsSevenBit(std::string_view charset) {
  return charset.starts_with("utf-7") || charset == "utf7" || charset.starts_with("hz") ||
         charset.starts_with("iso-2022-") || charset.starts_with("csiso2022") ||
         charset.starts_with("unicode-1-1-utf-7");
}

/// One byte per character, so that it fits everything and its claim proves nothing.
bool IsSingleByte(std::string_view charset) {
  for (const std::string_view start :
       {"iso-8859-", "iso8859", "windows-125", "cp125", "latin", "koi8", "us-ascii", "ascii"}) {
    if (charset.starts_with(start)) return true;
  }
  return false;
}

/// "utf-8" out of `"utf-8;` and the like; empty for claims that name nothing.
std::string CleanCharset(std::string_view declared) {
  std::string out;
  for (const char c : Lower(declared)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':' || c == '+')
      out += c;
    else if (!out.empty())
      break;
  }
  // GB 2312 in mail is what Windows calls so: its superset.
  if (out == "gb2312" || out == "gb_2312-80" || out == "gbk" || out == "x-gbk") return "gb18030";
  if (out == "ks_c_5601-1987" || out == "ks_c_5601" || out == "euc-kr") return "windows-949";
  if (out == "x-sjis" || out == "sjis" || out == "shift-jis") return "shift_jis";
  if (out == "utf8") return "utf-8";
  if (out == "unicode-1-1-utf-7") return "utf-7";
  return out == "unknown-8bit" || out == "x-unknown" || out == "binary" || out == "8bit" ? std::string() : out;
}

/// With iconv, misfits replaced; nullopt when it does not know the charset.
std::optional<std::string> Lenient(std::string_view bytes, const std::string& charset) {
  const GIConv converter = g_iconv_open("UTF-8", charset.c_str());
  if (converter == reinterpret_cast<GIConv>(-1)) return std::nullopt;
  std::string out;
  std::array<char, 8192> buffer;
  std::string input(bytes);
  gchar* from = input.data();
  gsize left = input.size();
  while (left > 0) {
    gchar* to = buffer.data();
    gsize room = buffer.size();
    const gsize before = left;
    const gsize done = g_iconv(converter, &from, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (done != static_cast<gsize>(-1) || (room < buffer.size() && left < before)) continue;
    if (left == 0) break;
    out += "\xEF\xBF\xBD";
    ++from;
    --left;
  }
  g_iconv_close(converter);
  return text::RepairUtf8(out);
}

MailText Guess(std::string_view bytes, const std::string& declared) {
  auto decoded = text::DecodeText(bytes, declared);
  const bool last_resort = decoded && decoded->charset == "windows-1252";
  if (decoded && !(last_resort && !declared.empty())) return {decoded->text, decoded->charset, true, false};
  if (!declared.empty()) {
    if (auto text = Lenient(bytes, declared)) return {std::move(*text), declared, false, true};
  }
  if (decoded) return {decoded->text, decoded->charset, true, false};
  if (auto text = Lenient(bytes, "windows-1252")) return {std::move(*text), "windows-1252", true, true};
  return {text::RepairUtf8(bytes), "UTF-8", true, true};
}

constexpr size_t kWordBytes = 10'000;  // some programs put a whole header into one word

// --- encoded words -----------------------------------------------------------------------------------------------

struct EncodedWord {
  std::string charset;
  std::string bytes;
  size_t end = 0;
};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string DecodeQ(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

std::string DecodeB(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    if (g_ascii_isalnum(c) || c == '+' || c == '/') clean += c;
  }
  while (clean.size() % 4 != 0) clean += '=';
  std::string out(clean.size(), '\0');
  gint state = 0;
  guint save = 0;
  const gsize size =
      g_base64_decode_step(clean.data(), clean.size(), reinterpret_cast<guchar*>(out.data()), &state, &save);
  out.resize(size);
  return out;
}

/// The encoded word at `at`, where "=?" stands. Blanks inside are forgiven, as are missing "=" of base64.
std::optional<EncodedWord> WordAt(std::string_view text, size_t at) {
  const size_t charset_end = text.find('?', at + 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() || charset_end - at > 60)
    return std::nullopt;
  const char encoding = static_cast<char>(text[charset_end + 1] & ~0x20);
  if (text[charset_end + 2] != '?' || (encoding != 'B' && encoding != 'Q')) return std::nullopt;
  const size_t begin = charset_end + 3;
  text = text.substr(0, begin + kWordBytes);
  size_t end = text.find("?=", begin);
  // "=?utf-8?Q?=E3…": the first sign of the text is no end.
  if (encoding == 'Q' && end == begin && text.size() > end + 3 && HexDigit(text[end + 2]) >= 0)
    end = text.find("?=", end + 2);
  if (end == std::string_view::npos) return std::nullopt;
  EncodedWord word;
  word.charset = std::string(text.substr(at + 2, charset_end - at - 2));
  word.charset = word.charset.substr(0, word.charset.find('*'));
  const std::string_view body = text.substr(begin, end - begin);
  word.bytes = encoding == 'Q' ? DecodeQ(body) : DecodeB(body);
  word.end = end + 2;
  return word;
}

std::string Unfold(std::string_view raw) {
  std::string out;
  for (const char c : raw) {
    if (c == '\r' || c == '\n' || c == '\0') continue;
    out += c == '\t' ? ' ' : c;
  }
  const size_t begin = out.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return out.substr(begin, out.find_last_not_of(' ') + 1 - begin);
}

std::string DecodeWords(std::string_view text) {
  std::string out;
  std::string charset;
  std::string bytes;  // of words of one charset: a character may be cut between two
  const auto flush = [&] {
    if (!bytes.empty()) out += DecodeMailText(bytes, charset).text;
    bytes.clear();
  };
  size_t at = 0;
  while (at < text.size()) {
    const size_t next = text.find("=?", at);
    const std::string_view plain = text.substr(at, next == std::string_view::npos ? next : next - at);
    const auto word = next == std::string_view::npos ? std::nullopt : WordAt(text, next);
    const bool blank = plain.find_first_not_of(' ') == std::string_view::npos;
    if (!word) {
      flush();
      out += plain;
      if (next == std::string_view::npos) break;
      out += "=?";
      at = next + 2;
      continue;
    }
    if (!(blank && !bytes.empty())) {
      flush();
      out += plain;
    } else if (Lower(word->charset) != Lower(charset)) {
      flush();
    }
    charset = word->charset;
    bytes += word->bytes;
    at = word->end;
  }
  flush();
  return out;
}

}  // namespace

MailText DecodeMailText(std::string_view bytes, std::string_view declared) {
  const std::string charset = CleanCharset(declared);
  const bool ascii = IsAscii(bytes);
  const bool escapes = bytes.find('\x1B') != std::string_view::npos;
  if (ascii && !escapes && !IsSevenBit(charset) && !charset.starts_with("utf-16") && !charset.starts_with("utf-32")) {
    return {std::string(bytes), charset.empty() ? "us-ascii" : charset, false, false};
  }
  const bool proves_nothing = charset.empty() || IsSingleByte(charset);
  if (proves_nothing && !ascii && text::IsValidUtf8(bytes))
    return {std::string(bytes), "UTF-8", !charset.empty(), false};
  if (!charset.empty() && charset != "us-ascii" && charset != "ascii" && !(escapes && proves_nothing)) {
    if (auto text = text::DecodeAs(bytes, charset)) return {std::move(*text), charset, false, false};
  }
  return Guess(bytes, charset == "us-ascii" || charset == "ascii" ? std::string() : charset);
}

std::string DecodeMailHeader(std::string_view raw, std::string_view hint) {
  std::string value = Unfold(raw);
  if (!IsAscii(value) || value.find('\x1B') != std::string::npos) value = DecodeMailText(value, hint).text;
  if (value.find("=?") != std::string::npos) value = DecodeWords(value);
  return CleanMailText(value);
}

std::string CleanMailText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\r') {
      if (i + 1 >= text.size() || text[i + 1] != '\n') out += '\n';
    } else if (c >= 0x20 ? c != 0x7F : (c == '\n' || c == '\t')) {
      out += static_cast<char>(c);
    }
  }
  return text::RepairUtf8(out);
}

}  // namespace yk::formats
