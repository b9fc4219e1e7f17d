// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_quotes.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using Kind = MailRun::Kind;

constexpr int kLevelMax = 20;
constexpr size_t kSignatureLines = 8;   // a signature behind a drawn line is not longer
constexpr size_t kSignatureWidth = 60;  // nor wider, in code points
constexpr size_t kTitleBytes = 50;      // a line that only announces what follows
constexpr size_t kLineBytes = 400;      // longer lines are prose

struct Line {
  std::string_view text;  ///< without quotation marks and white space at both ends
  size_t begin = 0, end = 0;
  int depth = 0;  ///< quotation marks before it
  bool blank() const { return text.empty(); }
};

template <size_t N>
bool Any(const std::array<std::string_view, N>& words, std::string_view text,
         bool (*test)(std::string_view, std::string_view)) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return test(text, word); });
}
bool StartsWith(std::string_view text, std::string_view word) { return text.starts_with(word); }
bool EndsWith(std::string_view text, std::string_view word) { return text.ends_with(word); }
bool Holds(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }
bool Equals(std::string_view text, std::string_view word) { return text == word; }

Line MakeLine(std::string_view body, size_t begin, size_t end) {
  Line line{{}, begin, end, 0};
  std::string_view rest = body.substr(begin, end - begin);
  while (!rest.empty()) {
    std::string_view trimmed = rest;
    while (trimmed.starts_with(' ')) trimmed.remove_prefix(1);
    if (rest.size() - trimmed.size() > (line.depth == 0 ? 0u : 1u)) break;  // an indented ">" is prose or code
    if (trimmed.starts_with('>')) {
      rest = trimmed.substr(1);
    } else if (trimmed.starts_with("＞")) {
      rest = trimmed.substr(std::string_view("＞").size());
    } else {
      break;
    }
    ++line.depth;
  }
  line.text = text::TrimSpace(rest);
  return line;
}

std::vector<Line> Lines(std::string_view body) {
  std::vector<Line> out;
  for (size_t at = 0; at < body.size();) {
    size_t end = body.find('\n', at);
    end = end == std::string_view::npos ? body.size() : end + 1;
    out.push_back(MakeLine(body, at, end));
    at = end;
  }
  return out;
}

/// Signs that lines are drawn with.
constexpr std::array<std::string_view, 24> kRuleSigns = {"-", "_", "=",  "*",  "~",  "#",  "+",  "/",
                                                         "─", "━", "＝", "－", "＿", "＊", "・", "◆",
                                                         "◇", "■", "□",  "★",  "☆",  "○",  "●",  "┌"};

/// Takes drawn signs and blanks off the front; their number.
size_t TakeSigns(std::string_view& text) {
  size_t count = 0;
  for (bool more = true; more;) {
    more = false;
    while (text.starts_with(' ')) text.remove_prefix(1);
    for (const std::string_view sign : kRuleSigns) {
      if (!text.starts_with(sign)) continue;
      text.remove_prefix(sign.size());
      ++count;
      more = true;
    }
  }
  return count;
}

bool IsRule(std::string_view text) { return TakeSigns(text) >= 5 && text.empty(); }

/// "-----Original Message-----" and its kin: behind it stands what others wrote.
bool IsSeparator(std::string_view text) {
  if (text.size() > kLineBytes) return false;
  static constexpr std::array<std::string_view, 24> kTitles = {"original message",
                                                               "original appointment",
                                                               "forwarded message",
                                                               "forwarded by",
                                                               "reply message",
                                                               "begin forwarded message",
                                                               "元のメッセージ",
                                                               "元のメール",
                                                               "オリジナルメッセージ",
                                                               "オリジナル メッセージ",
                                                               "転送メッセージ",
                                                               "転送されたメッセージ",
                                                               "転送元メッセージ",
                                                               "ここから転送",
                                                               "original mail",
                                                               "ursprüngliche nachricht",
                                                               "weitergeleitete nachricht",
                                                               "message d'origine",
                                                               "message transféré",
                                                               "mensaje original",
                                                               "messaggio originale",
                                                               "原始邮件",
                                                               "原始郵件",
                                                               "转发的邮件"};
  // How mail systems announce the mail they give back.
  static constexpr std::array<std::string_view, 14> kReturned = {
      "copy of the message",     "original message follows",
      "unsent message follows",  "message header follows",
      "message headers follow",  "returned message",
      "original message header", "message follows",
      "rest of your message",    "top of your message",
      "undelivered message",     "text of your message",
      "body of your message",    "original message is included"};
  std::string_view rest = text;
  const size_t signs = TakeSigns(rest);
  const std::string folded = text::FoldCase(rest);
  if (Any(kTitles, folded, StartsWith) && (signs >= 2 || folded.starts_with("begin forwarded message"))) return true;
  if (signs >= 2) return Any(kReturned, folded, Holds);
  return text.size() <= kTitleBytes && Holds(folded, "follow") && Any(kReturned, folded, Holds);
}

/// "On Mon, 1 Apr 2024 … wrote:", 「… さんが書きました:」, "2024年4月1日(月) 9:30 山田 <taro@example.jp>:".
bool IsAttribution(std::string_view text) {
  if (text.size() > kLineBytes) return false;
  static constexpr std::array<std::string_view, 15> kVerbs = {
      "wrote",      "writes",       "schrieb",  "a écrit",      "escribió", "ha scritto", "写道", "寫道",
      "書きました", "書かれました", "のメール", "のメッセージ", "は書いた", "wrote this", "écrit"};
  const bool colon = text.ends_with(':') || text.ends_with("：");
  if (!colon && !text.ends_with("書きました") && !text.ends_with("書きました。")) return false;
  std::string folded = text::FoldCase(text);
  if (folded.ends_with("：")) folded.resize(folded.size() - std::string_view("：").size());
  while (!folded.empty() && (folded.back() == ':' || folded.back() == ' ')) folded.pop_back();
  if (folded.ends_with("。")) folded.resize(folded.size() - std::string_view("。").size());
  if (Any(kVerbs, folded, EndsWith)) return true;
  return folded.ends_with('>') && Holds(folded, "@") && Holds(folded, "20");
}

/// Whether a line may be the first of an attribution of several.
bool BeginsAttribution(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kWords = {"On ", "Am ", "Le ", "El ", "Il ", "At ", "於", "Em "};
  return Any(kWords, text, StartsWith) || (!text.empty() && text.front() >= '0' && text.front() <= '9');
}

constexpr std::array<std::string_view, 12> kFromLabels = {"from", "差出人", "送信者", "発信者", "送信元", "von",
                                                          "de",   "da",     "发件人", "寄件者", "寄件人", "보낸 사람"};
constexpr std::array<std::string_view, 30> kOtherLabels = {
    "sent",   "date",    "to",       "cc",       "subject", "送信日時", "日時", "日付",  "宛先",   "件名",
    "ｃｃ",   "an",      "gesendet", "betreff",  "datum",   "envoyé",   "date", "objet", "à",      "para",
    "asunto", "enviado", "fecha",    "发送时间", "收件人",  "主题",     "抄送", "主旨",  "送信日", "reply-to"};

/// The label of "*From:* x", 「差出人: x」 in lower case; empty when the line is no labelled one.
std::string LabelOf(std::string_view text) {
  if (text.size() > 4 * kLineBytes) return {};
  while (text.starts_with('*')) text.remove_prefix(1);
  size_t colon = text.find(':');
  const size_t wide = text.find("：");
  colon = std::min(colon, wide);
  if (colon == std::string_view::npos || colon > 30) return {};
  std::string label = text::FoldCase(text::TrimSpace(text.substr(0, colon)));
  while (label.ends_with('*')) label.pop_back();
  return label;
}

/// "From: … Sent: … To: … Subject: …", as Outlook writes it above what it quotes.
bool IsHeaderBlock(const std::vector<Line>& lines, size_t at) {
  if (!Any(kFromLabels, LabelOf(lines[at].text), Equals)) return false;
  int others = 0;
  for (size_t i = at + 1; i < lines.size() && i < at + 8; ++i) {
    if (lines[i].blank() && others > 0) break;
    if (Any(kOtherLabels, LabelOf(lines[i].text), Equals)) ++others;
  }
  return others >= 2;
}

/// Raw headers of a mail that was given back: "Received: from …" or "Return-Path: <…>" with other headers below.
bool IsRawHeaders(const std::vector<Line>& lines, size_t at) {
  const auto header = [](std::string_view text) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 50) return false;
    return text.substr(0, colon).find(' ') == std::string_view::npos;
  };
  const std::string label = LabelOf(lines[at].text);
  if (label != "received" && label != "return-path" && label != "message-id" && label != "delivered-to" &&
      label != "dkim-signature" && label != "x-received") {
    return false;
  }
  int others = 0;
  for (size_t i = at + 1; i < lines.size() && i < at + 12; ++i) {
    if (lines[i].blank() && i > at + 1) break;
    others += header(lines[i].text) ? 1 : 0;
  }
  return others >= 2;
}

class Splitter {
 public:
  explicit Splitter(std::string_view body) : lines_(Lines(body)) {}

  std::vector<MailRun> Run() {
    for (size_t i = 0; i < lines_.size(); ++i) Classify(i);
    FindSignature();
    return std::move(runs_);
  }

 private:
  void Add(size_t line, Kind kind, int level) {
    const Line& added = lines_[line];
    level = std::min(level, kLevelMax);
    if (!runs_.empty() && runs_.back().kind == kind && runs_.back().level == level) {
      runs_.back().end = added.end;
    } else {
      runs_.push_back({kind, level, added.begin, added.end});
    }
  }

  void Classify(size_t i) {
    const Line& line = lines_[i];
    if (line.depth == 0 && !line.blank()) {
      if (i >= attribution_end_ && (IsSeparator(line.text) || Opens(i))) {
        base_ = std::min(base_ + 1, kLevelMax);
        signature_ = false;
        attribution_level_ = 0;
        attribution_end_ = i + 6;  // the header block below a separator opens nothing more
      } else if (i >= attribution_end_) {
        Attribution(i);
      }
      if (base_ == 0 && line.text == "--" && i >= attribution_end_) signature_ = true;
    }
    const bool attributed = i < attribution_end_ && attribution_level_ > 0;
    if (i >= attribution_end_) attribution_level_ = 0;
    const int level = base_ + line.depth + (attributed && line.depth == 0 ? 1 : 0);
    // A blank line between two lines of a quotation belongs to it.
    if (line.blank() && level == 0 && !signature_ && !runs_.empty() && runs_.back().kind == Kind::kQuote &&
        NextDepth(i) > 0) {
      Add(i, Kind::kQuote, runs_.back().level);
      return;
    }
    Add(i, level > 0 ? Kind::kQuote : signature_ ? Kind::kSignature : Kind::kOwn, level);
  }

  bool Opens(size_t i) const { return IsHeaderBlock(lines_, i) || (base_ == 0 && IsRawHeaders(lines_, i)); }

  /// The depth of the next line that is not blank.
  int NextDepth(size_t i) const {
    for (size_t j = i + 1; j < lines_.size() && j < i + 4; ++j) {
      if (!lines_[j].blank()) return lines_[j].depth;
    }
    return 0;
  }

  /// An attribution may run over three lines. Behind it stand marked lines, or all that follows is quoted unmarked.
  void Attribution(size_t i) {
    std::string joined;
    for (size_t j = i; j < lines_.size() && j < i + 3 && !lines_[j].blank() && lines_[j].depth == 0; ++j) {
      if (j > i && !BeginsAttribution(lines_[i].text)) return;
      joined.append(joined.empty() ? "" : " ").append(lines_[j].text);
      if (!IsAttribution(joined)) continue;
      const bool dated = std::any_of(joined.begin(), joined.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (NextDepth(j) > 0) {
        attribution_end_ = j + 1;
        attribution_level_ = 1;
      } else if (dated && j + 1 < lines_.size() && (j > i || joined.size() > 20)) {
        base_ = std::min(base_ + 1, kLevelMax);
        signature_ = false;
        attribution_level_ = 0;
        attribution_end_ = j + 1;
      }
      return;
    }
  }

  /// Japanese mails draw a line above the signature instead of writing "-- ".
  void FindSignature() {
    size_t run = runs_.size();
    for (size_t r = runs_.size(); r-- > 0;) {
      if (runs_[r].kind == Kind::kSignature) return;
      if (runs_[r].kind == Kind::kOwn) {
        run = r;
        break;
      }
    }
    if (run == runs_.size()) return;
    const size_t first = LineAt(runs_[run].begin);
    size_t last = LineAt(runs_[run].end == 0 ? 0 : runs_[run].end - 1);
    while (last > first && lines_[last].blank()) --last;
    // The line above; one may close the signature as well.
    size_t words = 0;
    for (size_t i = last; i > first && words <= kSignatureLines; --i) {
      if (!IsRule(lines_[i].text)) {
        words += lines_[i].blank() ? 0 : 1;
        if (text::CountCodePoints(lines_[i].text) > kSignatureWidth) return;
        continue;
      }
      if (words == 0) continue;
      if (!HasContact(i + 1, last)) return;
      const MailRun old = runs_[run];
      runs_[run].end = lines_[i].begin;
      runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(run) + 1,
                   {Kind::kSignature, 0, lines_[i].begin, old.end});
      return;
    }
  }

  bool HasContact(size_t from, size_t to) const {
    static constexpr std::array<std::string_view, 17> kContacts = {
        "@",  "tel:", "tel.", "tel 0",  "tel0",  "tel(",     "fax",      "http",  "www.",
        "〒", "電話", "携帯", "e-mail", "phone", "株式会社", "有限会社", "mobile"};
    for (size_t i = from; i <= to && i < lines_.size(); ++i) {
      if (Any(kContacts, text::FoldString(lines_[i].text, {.case_fold = true}), Holds)) return true;
    }
    return false;
  }

  size_t LineAt(size_t byte) const {
    const auto after = std::upper_bound(lines_.begin(), lines_.end(), byte,
                                        [](size_t offset, const Line& line) { return offset < line.begin; });
    return after == lines_.begin() ? 0 : static_cast<size_t>(after - lines_.begin()) - 1;
  }

  std::vector<Line> lines_;
  std::vector<MailRun> runs_;
  int base_ = 0;  ///< opened by separators: all that follows is quoted
  bool signature_ = false;
  size_t attribution_end_ = 0;
  int attribution_level_ = 0;
};

}  // namespace

std::vector<MailRun> SplitMailBody(std::string_view body) { return Splitter(body).Run(); }

}  // namespace yk::formats
