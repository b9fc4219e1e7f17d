// SPDX-License-Identifier: Apache-2.0
#include "text/charset.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "text/japanese_bytes.h"
#include "text/neighbour_scripts.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr size_t kDetectorMin = 30;         // shorter inputs are guessed wrong by every detector
constexpr size_t kDetectorMax = 256 << 10;  // and longer ones are not guessed better

struct ConverterCloser {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

std::string Canonical(std::string_view charset) {
  std::string key;
  for (char c : FoldCase(TrimSpace(charset))) {
    if (c != '-' && c != '_' && c != '"' && c != '\'') key.push_back(c);
  }
  if (key == "shiftjis" || key == "sjis" || key == "cp932" || key == "windows31j" || key == "ms932" ||
      key == "mskanji" || key == "xsjis" || key == "windows932") {
    return "CP932";
  }
  if (key == "utf8") return "UTF-8";
  if (key == "eucjp" || key == "xeucjp" || key == "ujis") return "EUC-JP";
  if (key == "iso2022jp" || key == "jis" || key == "csiso2022jp" || key == "cp50220" || key == "cp50221")
    return "ISO-2022-JP";
  if (key == "usascii" || key == "ascii") return "UTF-8";
  return std::string(TrimSpace(charset));
}

Result<Converter> Open(const std::string& charset) {
  UErrorCode status = U_ZERO_ERROR;
  // ICU's own "cp932" is an older IBM page; windows-31j is what Windows writes.
  Converter converter(ucnv_open(charset == "CP932" ? "windows-31j" : charset.c_str(), &status));
  if (U_FAILURE(status))
    return Fail(Code::kInvalid, "the charset \"{}\" is not known; write UTF-8, CP932, EUC-JP, …", charset);
  return converter;
}

/// JIS X 0208 pairs of ISO-2022-JP rewritten as CP932 bytes, so that the vendor characters (①, ㈱) that mailers put
/// there decode as well. Nothing: an escape that CP932 has no room for.
std::optional<std::string> JisToCp932(std::string_view bytes) {
  enum { kAscii, kKana, kKanji } mode = kAscii;
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<uint8_t>(bytes[i]);
    const std::string_view escape = bytes.substr(i, 3);
    if (c == 0x1B) {
      if (escape == "\x1B(B" || escape == "\x1B(J")
        mode = kAscii;
      else if (escape == "\x1B(I")
        mode = kKana;
      else if (escape == "\x1B$B" || escape == "\x1B$@")
        mode = kKanji;
      else
        return std::nullopt;
      i += 2;
    } else if (mode == kAscii || c <= 0x20) {
      if (c >= 0x80) return std::nullopt;
      out.push_back(static_cast<char>(c));
    } else if (mode == kKana) {
      out.push_back(static_cast<char>(c | 0x80));
    } else {
      if (i + 1 >= bytes.size()) return std::nullopt;
      const int row = c - 0x21;
      const int cell = static_cast<uint8_t>(bytes[++i]) - 0x21;
      if (row < 0 || row > 93 || cell < 0 || cell > 93) return std::nullopt;
      const int lead = row / 2 + (row < 62 ? 0x81 : 0xC1);
      int trail = cell + (row % 2 == 0 ? 0x40 : 0x9F);
      if (row % 2 == 0 && trail >= 0x7F) ++trail;
      out.push_back(static_cast<char>(lead));
      out.push_back(static_cast<char>(trail));
    }
  }
  return out;
}

enum class OnBadByte { kFail, kReplace };

Result<std::string> Convert(std::string_view bytes, const std::string& charset, OnBadByte on_bad = OnBadByte::kFail) {
  YK_TRY(Converter converter, Open(charset));
  UErrorCode status = U_ZERO_ERROR;
  ucnv_setToUCallBack(converter.get(),
                      on_bad == OnBadByte::kFail ? UCNV_TO_U_CALLBACK_STOP : UCNV_TO_U_CALLBACK_SUBSTITUTE, nullptr,
                      nullptr, nullptr, &status);
  std::string out;
  out.reserve(bytes.size() * 3 / 2);
  std::vector<char16_t> buffer(16384);
  const char* from = bytes.data();
  const char* const end = bytes.data() + bytes.size();
  icu::UnicodeString pending;  // a surrogate whose second half the buffer had no room for
  bool more = true;
  while (more) {
    char16_t* to = buffer.data();
    status = U_ZERO_ERROR;
    ucnv_toUnicode(converter.get(), &to, to + buffer.size(), &from, end, nullptr, true, &status);
    more = status == U_BUFFER_OVERFLOW_ERROR;
    icu::UnicodeString piece = pending;
    piece.append(buffer.data(), static_cast<int32_t>(to - buffer.data()));
    pending.remove();
    if (more && piece.length() > 0 && U16_IS_LEAD(piece[piece.length() - 1])) {
      pending = piece.tempSubString(piece.length() - 1);
      piece.truncate(piece.length() - 1);
    }
    piece.toUTF8String(out);
    if (U_FAILURE(status) && !more) {
      return Fail(Code::kInvalid, "the bytes are not {}: byte {} does not fit", charset, from - bytes.data());
    }
  }
  // ICU's tables have this for places of the code that are empty.
  if (on_bad == OnBadByte::kFail && out.find('\x1A') != std::string::npos && bytes.find('\x1A') == std::string::npos) {
    return Fail(Code::kInvalid, "the bytes are not {}: they hold characters that it does not have", charset);
  }
  return out;
}

std::optional<Decoded> Try(std::string_view bytes, std::string_view charset, bool guessed) {
  auto text = DecodeAs(bytes, charset);
  if (!text) return std::nullopt;
  return Decoded{std::move(*text), Canonical(charset), guessed};
}

std::optional<Decoded> ByMark(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return Try(bytes.substr(3), "UTF-8", false);
  if (bytes.starts_with(std::string_view("\xFF\xFE\0\0", 4))) return Try(bytes.substr(4), "UTF-32LE", false);
  if (bytes.starts_with("\xFF\xFE")) return Try(bytes.substr(2), "UTF-16LE", false);
  if (bytes.starts_with("\xFE\xFF")) return Try(bytes.substr(2), "UTF-16BE", false);
  return std::nullopt;
}

std::optional<Decoded> ByZeros(std::string_view bytes) {
  if (bytes.size() < 4 || bytes.size() % 2 != 0) return std::nullopt;
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < bytes.size(); ++i) zeros[i % 2] += bytes[i] == 0;
  const size_t half = bytes.size() / 2;
  if (zeros[1] * 10 >= half * 3 && zeros[0] * 20 < half) return Try(bytes, "UTF-16LE", true);
  if (zeros[0] * 10 >= half * 3 && zeros[1] * 20 < half) return Try(bytes, "UTF-16BE", true);
  return std::nullopt;
}

/// How much of the bytes, read as UTF-16 of this order, is what Japanese and English texts are made of.
struct Utf16Look {
  double plausible = 0;  ///< share of ASCII, kana, Han and full-width units
  double kana = 0;       ///< share of kana and full-width forms, which other charsets' bytes do not look like
};

Utf16Look LookAsUtf16(std::string_view bytes, bool big_endian) {
  size_t plausible = 0;
  size_t kana = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto first = static_cast<uint8_t>(bytes[i]);
    const auto second = static_cast<uint8_t>(bytes[i + 1]);
    const int c = big_endian ? first * 256 + second : second * 256 + first;
    const bool japanese = (c >= 0x3000 && c <= 0x30FF) || (c >= 0xFF00 && c <= 0xFFEF);
    kana += japanese ? 1 : 0;
    plausible += japanese || (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t' ||
                         (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x2010 && c <= 0x2030)
                     ? 1
                     : 0;
  }
  const double units = static_cast<double>(bytes.size()) / 2;
  return {static_cast<double>(plausible) / units, static_cast<double>(kana) / units};
}

/// UTF-16 without a mark and with few zeros: Japanese.
std::optional<Decoded> ByUtf16Units(std::string_view bytes) {
  if (bytes.size() < 4 || bytes.size() % 2 != 0) return std::nullopt;
  const std::string_view sample = bytes.substr(0, kDetectorMax);
  const bool control = std::any_of(sample.begin(), sample.end(), [](char c) {
    const auto b = static_cast<uint8_t>(c);
    return b < 9 || (b > 13 && b < 32 && b != 0x1B);
  });
  const bool ascii = std::all_of(sample.begin(), sample.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  if (ascii && !control) return std::nullopt;
  const Utf16Look little = LookAsUtf16(sample, false);
  const Utf16Look big = LookAsUtf16(sample, true);
  const bool is_big = big.plausible + big.kana > little.plausible + little.kana;
  const Utf16Look& look = is_big ? big : little;
  if (look.plausible < 0.9 || (look.kana < 0.15 && (ascii || !control))) return std::nullopt;
  return Try(bytes, is_big ? "UTF-16BE" : "UTF-16LE", true);
}

/// UTF-8 with some damage: a cut at the end, or few malformed places among many good ones.
std::optional<Decoded> ByDamagedUtf8(std::string_view bytes) {
  size_t good = 0;
  size_t bad = 0;
  bool cut = false;
  for (size_t at = 0; at < bytes.size();) {
    const size_t begin = at;
    const char32_t c = NextCodePoint(bytes, &at);
    if (c < 0x80) continue;
    const bool malformed = c == kReplacement && at - begin == 1;
    // A cut sequence begins with its lead byte.
    cut = malformed && (cut || (bytes.size() - begin <= 3 && static_cast<uint8_t>(bytes[begin]) >= 0xC2));
    (malformed ? bad : good) += 1;
  }
  const bool only_cut = cut && bad <= 3 && good >= 3;
  if (!only_cut && (good < 10 || bad * 50 > good)) return std::nullopt;
  return Decoded{RepairUtf8(bytes), "UTF-8", true};
}

/// The same for the Japanese charsets, when nothing fits every byte.
std::optional<Decoded> ByDamagedJapanese(std::string_view bytes) {
  std::optional<Decoded> best;
  double best_score = 0.5;
  for (const bool euc : {false, true}) {
    const double score = JapaneseScore(bytes, euc);
    if (score <= best_score) continue;
    auto text = Convert(bytes, euc ? "EUC-JP" : "CP932", OnBadByte::kReplace);
    if (!text) continue;
    size_t bad = 0;
    size_t all = 0;
    for (size_t at = 0; at < text->size(); ++all) bad += NextCodePoint(*text, &at) == kReplacement ? 1 : 0;
    if (bad > 1 && bad * 50 > all) continue;
    best = Decoded{std::move(*text), euc ? "EUC-JP" : "CP932", true};
    best_score = score;
  }
  return best;
}

std::optional<Decoded> ByJapanese(std::string_view bytes) {
  const double cp932 = JapaneseScore(bytes, false);
  const double euc = JapaneseScore(bytes, true);
  std::optional<Decoded> first = Try(bytes, "CP932", false);
  std::optional<Decoded> second = Try(bytes, "EUC-JP", false);
  if (first && second) {
    first->guessed = second->guessed = true;
    return euc > cp932 && !IsHalfWidthKana(bytes) ? std::move(second) : std::move(first);
  }
  // Accented Latin letters happen to be rare kanji in pairs: those are left to the detectors.
  if (first && (cp932 > -0.2 || IsHalfWidthKana(bytes))) return first;
  if (second && euc > 0) return second;
  return std::nullopt;
}

std::optional<Decoded> ByDetectors(std::string_view bytes) {
  if (bytes.size() < kDetectorMin) return std::nullopt;
  const std::string_view sample = bytes.substr(0, kDetectorMax);
  std::unique_ptr<uchardet, decltype(&uchardet_delete)> one(uchardet_new(), &uchardet_delete);
  if (uchardet_handle_data(one.get(), sample.data(), sample.size()) == 0) {
    uchardet_data_end(one.get());
    const std::string name = uchardet_get_charset(one.get());
    if (!name.empty()) {
      if (auto decoded = Try(bytes, name, true)) return decoded;
    }
  }
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> two(ucsdet_open(&status), &ucsdet_close);
  ucsdet_setText(two.get(), sample.data(), static_cast<int32_t>(sample.size()), &status);
  const UCharsetMatch* match = ucsdet_detect(two.get(), &status);
  if (U_FAILURE(status) || match == nullptr || ucsdet_getConfidence(match, &status) < 20) return std::nullopt;
  return Try(bytes, ucsdet_getName(match, &status), true);
}

/// Chinese and Korean bytes are valid EUC-JP too. Japanese sentences have kana; where there are next to none, the text
/// is read as the others would.
std::optional<Decoded> ByJapaneseUnlessOther(std::string_view bytes) {
  std::optional<Decoded> japanese = ByJapanese(bytes);
  if (!japanese || japanese->charset != "EUC-JP") return japanese;
  size_t kana = 0, all = 0;
  for (size_t at = 0; at < japanese->text.size();) {
    const char32_t c = NextCodePoint(japanese->text, &at);
    kana += c >= 0x3041 && c <= 0x30FF ? 1 : 0;
    all += c >= 0x3041 ? 1 : 0;
  }
  if (kana * 30 > all) return japanese;
  if (auto korean = Try(bytes, "EUC-KR", true); korean && ReadsAsKorean(korean->text)) return korean;
  if (auto chinese = Try(bytes, "GB18030", true); chinese && ReadsAsChinese(chinese->text)) return chinese;
  return japanese;
}

bool LooksBinary(std::string_view bytes) {
  const std::string_view sample = bytes.substr(0, kDetectorMax);
  const auto odd = std::count_if(sample.begin(), sample.end(), [](char c) {
    const auto b = static_cast<uint8_t>(c);
    return b < 9 || (b > 13 && b < 32 && b != 0x1B) || b == 0x7F;
  });
  return odd * 100 > static_cast<ptrdiff_t>(sample.size());
}

}  // namespace

Result<std::string> DecodeAs(std::string_view bytes, std::string_view charset) {
  const std::string name = Canonical(charset);
  if (name == "UTF-8") {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const size_t bad = FindInvalidUtf8(bytes);
    if (bad != std::string_view::npos)
      return Fail(Code::kInvalid, "the bytes are not UTF-8: byte {} does not fit", bad);
    return std::string(bytes);
  }
  auto text = Convert(bytes, name);
  if (!text && name == "ISO-2022-JP") {
    if (const auto cp932 = JisToCp932(bytes)) {
      if (auto again = Convert(*cp932, "CP932")) text = std::move(again);
    }
  }
  if (text && text->starts_with("\xEF\xBB\xBF")) text->erase(0, 3);
  return text;
}

Result<Decoded> DecodeText(std::string_view bytes, std::string_view declared) {
  if (auto found = ByMark(bytes)) return std::move(*found);
  const bool jis = bytes.find("\x1B$") != std::string_view::npos || bytes.find("\x1B(J") != std::string_view::npos ||
                   bytes.find("\x1B(I") != std::string_view::npos;
  if (jis) {
    if (auto found = Try(bytes, "ISO-2022-JP", false)) return std::move(*found);
  }
  // Beyond ASCII, what is valid UTF-8 is UTF-8, whatever a header claims: no other charset's text is so by accident.
  const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  if (!ascii && IsValidUtf8(bytes)) {
    if (auto found = Try(bytes, "UTF-8", false)) return std::move(*found);
  }
  if (!declared.empty()) {
    if (auto found = Try(bytes, declared, false)) return std::move(*found);
  }
  if (auto found = ByZeros(bytes)) return std::move(*found);
  if (auto found = ByUtf16Units(bytes)) return std::move(*found);
  if (LooksBinary(bytes)) {
    return Fail(Code::kInvalid,
                "the bytes are not text: they hold control bytes; give the file in its own format, not as text");
  }
  if (auto found = Try(bytes, "UTF-8", false)) return std::move(*found);
  if (auto found = ByDamagedUtf8(bytes)) return std::move(*found);
  if (auto found = ByJapaneseUnlessOther(bytes)) return std::move(*found);
  if (auto found = ByDamagedJapanese(bytes)) return std::move(*found);
  if (auto found = ByDetectors(bytes)) return std::move(*found);
  if (auto found = Try(bytes, "windows-1252", true)) return std::move(*found);
  return Fail(Code::kInvalid,
              "no charset fits the bytes: tried UTF-8, UTF-16, ISO-2022-JP, CP932, EUC-JP and detection; convert the "
              "file to UTF-8");
}

Result<std::string> EncodeAs(std::string_view text, std::string_view charset) {
  const std::string name = Canonical(charset);
  if (name == "UTF-8") return std::string(text);
  YK_TRY(Converter converter, Open(name));
  const icu::UnicodeString source =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  UErrorCode status = U_ZERO_ERROR;
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::string out(static_cast<size_t>(source.length()) * 8 + 16, '\0');
  const int32_t size = ucnv_fromUChars(converter.get(), out.data(), static_cast<int32_t>(out.size()),
                                       source.getBuffer(), source.length(), &status);
  if (U_FAILURE(status)) return Fail(Code::kInvalid, "the text holds a character that {} does not have", name);
  out.resize(static_cast<size_t>(size));
  return out;
}

}  // namespace yk::text
