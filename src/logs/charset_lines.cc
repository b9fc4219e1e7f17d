// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "logs/line_cursor.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::logs {
namespace {

constexpr size_t kPieces = 16;
constexpr size_t kPieceBytes = 16 << 10;

/// Pieces of whole lines with bytes beyond ASCII, from all over the input: what only they can tell is asked of them.
std::string HighSample(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < kPieces; ++i) {
    const size_t begin = bytes.size() / kPieces * i;
    std::string_view piece =
        bytes.substr(begin, bytes.size() <= kPieceBytes * kPieces ? bytes.size() / kPieces + kPieces : kPieceBytes);
    if (i > 0) piece = piece.substr(std::min(piece.find('\n'), piece.size()));
    piece = piece.substr(0, piece.rfind('\n') == std::string_view::npos ? piece.size() : piece.rfind('\n') + 1);
    while (!piece.empty()) {
      const std::string_view line = piece.substr(0, std::min(piece.find('\n'), piece.size() - 1) + 1);
      piece.remove_prefix(line.size());
      if (std::any_of(line.begin(), line.end(), [](char c) { return static_cast<uint8_t>(c) >= 0x80; })) out += line;
    }
  }
  return out;
}

}  // namespace

namespace {

/// What a guess is judged by: kana and kanji side by side are Japanese; one alone, or kana of half a width, is what
/// other texts look like in the wrong charset.
struct Look {
  size_t kana = 0, half = 0, pairs = 0;
};
Look LookOf(std::string_view text) {
  Look look;
  char32_t before = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = text::NextCodePoint(text, &at);
    look.kana += c >= 0x3041 && c <= 0x30FE;
    look.half += c >= 0xFF61 && c <= 0xFF9F;
    look.pairs += c >= 0x3000 && c < 0xFF61 && before >= 0x3000 && before < 0xFF61;
    before = c;
  }
  return look;
}

}  // namespace

bool DecodeStray(std::string_view bytes, Charset charset, std::string* out) {
  if (text::IsValidUtf8(bytes)) {
    if (charset == Charset::kUtf8) return false;
    *out = bytes;
    return true;
  }
  if (charset != Charset::kUtf8) return false;
  auto cp932 = text::DecodeAs(bytes, "CP932");
  auto euc = text::DecodeAs(bytes, "EUC-JP");
  if (!cp932 && !euc) return false;
  const Look first = cp932 ? LookOf(*cp932) : Look{};
  const Look second = euc ? LookOf(*euc) : Look{};
  const bool is_euc = euc && (!cp932 || second.kana + second.pairs > first.kana + first.pairs);
  const Look& look = is_euc ? second : first;
  if (look.pairs == 0 || look.half > look.pairs) return false;
  *out = is_euc ? std::move(*euc) : std::move(*cp932);
  return true;
}

std::string_view CharsetName(Charset charset) {
  switch (charset) {
    case Charset::kCp932: return "CP932";
    case Charset::kEucJp: return "EUC-JP";
    case Charset::kUtf16Le: return "UTF-16LE";
    case Charset::kUtf16Be: return "UTF-16BE";
    default: return "UTF-8";
  }
}

std::optional<Charset> CharsetNamed(std::string_view name) {
  for (const Charset charset :
       {Charset::kUtf8, Charset::kCp932, Charset::kEucJp, Charset::kUtf16Le, Charset::kUtf16Be}) {
    if (name == CharsetName(charset)) return charset;
  }
  return std::nullopt;
}

bool IsUtf16(Charset charset) { return charset == Charset::kUtf16Le || charset == Charset::kUtf16Be; }

Charset DetectCharset(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return Charset::kUtf16Le;
  if (bytes.starts_with("\xFE\xFF")) return Charset::kUtf16Be;
  if (bytes.starts_with("\xEF\xBB\xBF")) return Charset::kUtf8;
  const std::string_view head = bytes.substr(0, 4096);
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0';
  if (zeros[1] * 4 > head.size() && zeros[0] * 20 < head.size()) return Charset::kUtf16Le;
  if (zeros[0] * 4 > head.size() && zeros[1] * 20 < head.size()) return Charset::kUtf16Be;
  const std::string sample = HighSample(bytes);
  if (sample.empty() || text::IsValidUtf8(sample)) return Charset::kUtf8;
  const auto decoded = text::DecodeText(sample);
  if (!decoded) return Charset::kUtf8;
  if (decoded->charset == "CP932") return Charset::kCp932;
  if (decoded->charset == "EUC-JP") return Charset::kEucJp;
  return Charset::kUtf8;
}

}  // namespace yk::logs
