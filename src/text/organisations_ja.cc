// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "text/number_scan.h"
#include "text/organisation_names.h"
#include "text/pattern.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr size_t kNameMax = 30;  // characters; a longer run of kanji is no name

// Words that end a name behind its form: 株式会社山田商事代表取締役…
constexpr auto kEndsName = std::to_array<std::string_view>(
    {"代表取締役", "代表社員", "代表者", "代表理事", "取締役", "執行役", "監査役", "社長",  "会長",
     "理事長",     "支店長",   "部長",   "課長",     "御中",   "様",     "殿",     "及び",  "並びに",
     "又は",       "宛",       "印",     "以下",     "東京都", "大阪府", "京都府", "北海道"});
// Roles that stand right before a name and are no part of it: 委託者山田商事株式会社.
constexpr auto kRoles = std::to_array<std::string_view>(
    {"委託者", "受託者", "売主",     "買主",         "貸主",         "借主",     "賃貸人", "賃借人", "発注者",
     "受注者", "注文者", "請負人",   "甲",           "乙",           "丙",       "丁",     "会社名", "商号",
     "名称",   "社名",   "法人名",   "委託先",       "取引先",       "販売元",   "製造元", "発行者", "発行元",
     "債権者", "債務者", "譲渡人",   "譲受人",       "開示者",       "受領者",   "使用者", "保証人", "連帯保証人",
     "派遣元", "派遣先", "親会社",   "子会社",       "完全子会社",   "関連会社", "当社",   "弊社",   "大手",
     "同社",   "申込者", "契約者",   "ライセンサー", "ライセンシー", "現",       "旧",     "元",     "各",
     "本",     "主催",   "運営会社", "運営",         "勤務先",       "所属",     "当該",   "認定",   "新設",
     "既存",   "存続",   "消滅",     "特定",         "上記",         "前記",     "対象",   "通常の", "一般の"});
// What a run of hiragana before a name ends with when it is no part of it.
constexpr size_t kHiraganaMax = 8;
constexpr auto kHiraganaWords = std::to_array<std::string_view>(
    {"は",     "が",     "を",       "に",       "へ",       "と",       "の",       "で",     "も",       "て",
     "から",   "より",   "まで",     "しかし",   "ながら",   "いわゆる", "たとえば", "および", "また",     "なお",
     "かつ",   "ただし", "すなわち", "このたび", "もし",     "まず",     "さて",     "ため",   "とりわけ", "という",
     "つまり", "など",   "ほか",     "うち",     "もちろん", "ようこそ", "やはり"});
constexpr auto kNotNames = std::to_array<std::string_view>(
    {"法", "等", "化", "設立", "制度", "形態", "組織", "側", "間", "内", "間の", "又", "及", "並", "若"});

bool IsKatakana(char32_t c) { return (c >= 0x30A1 && c <= 0x30FF); }
bool IsHiragana(char32_t c) { return c >= 0x3041 && c <= 0x3096; }
bool IsLatin(char32_t c) {
  return c < 0x80 && (IsAsciiLetter(static_cast<char>(c)) || IsAsciiDigit(static_cast<char>(c)));
}
bool IsJoiner(char32_t c) { return c == '&' || c == '.' || c == '-' || c == '\'' || c == U'・' || c == U'＆'; }
bool IsNameCharacter(char32_t c) { return IsHan(c) || IsKatakana(c) || IsLatin(c); }
bool IsParticle(char32_t c) {
  return std::u32string_view(U"はがをにへとのでもや").find(c) != std::u32string_view::npos;
}

char32_t Peek(std::string_view s, size_t pos) { return pos < s.size() ? NextCodePoint(s, &pos) : 0; }

template <typename List>
size_t PrefixOf(const List& list, std::string_view s) {
  for (std::string_view word : list) {
    if (s.starts_with(word)) return word.size();
  }
  return 0;
}

class JapaneseFinder {
 public:
  explicit JapaneseFinder(std::string_view s) : s_(s) {}

  std::vector<Spot<Organisation>> Run() {
    static const RE2 forms(
        "株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|特例有限会社|有限責任事業組合|投資事業有限責任組合|"
        "一般社団法人|公益社団法人|一般財団法人|公益財団法人|社団法人|財団法人|特定非営利活動法人|NPO法人|学校法人|"
        "医療法人社団|医療法人財団|社会医療法人|医療法人|社会福祉法人|宗教法人|国立研究開発法人|独立行政法人|"
        "地方独立行政法人|国立大学法人|公立大学法人|弁護士法人|税理士法人|司法書士法人|監査法人|特許業務法人|"
        "農業協同組合|生活協同組合|協同組合|\\((?:株|有|合|社|財|医|学)\\)");
    ForEachMatch<1>(forms, s_, [&](const Groups<1>& g) { Take(RangeOf(s_, g[0])); });
    return std::move(out_);
  }

 private:
  void Take(Range form) {
    if (form.begin < done_) return;
    const Range before = {NameBefore(form.begin), form.begin};
    const Range behind = {form.end, NameBehind(form.end)};
    Range whole = form;
    if (!before.empty())
      whole.begin = before.begin;
    else if (!behind.empty())
      whole.end = behind.end;
    else
      return;
    done_ = whole.end;
    out_.push_back({whole, {"", std::string(s_.substr(form.begin, form.size()))}});
  }

  /// Where the name that leads up to `end` begins; `end` when none does.
  size_t NameBefore(size_t end) const {
    size_t begin = end;
    for (size_t n = 0; n < kNameMax && begin > done_; ++n) {
      size_t at = begin;
      const char32_t c = PreviousCodePoint(s_, &at);
      const bool word_space = c == ' ' && begin < end && IsLatin(Peek(s_, begin)) && at > done_ &&
                              IsLatin(static_cast<unsigned char>(s_[at - 1]));
      const bool joiner = IsJoiner(c) && begin < end && at > done_ && InsideName(at);
      if (!IsNameCharacter(c) && !word_space && !joiner) break;
      // 2012年株式会社: the year is no part of the name.
      if (c == U'年' && at > done_ && IsAsciiDigit(s_[at - 1])) break;
      begin = at;
    }
    // House numbers end an address, they do not begin a name.
    if (begin < end && IsAsciiDigit(s_[end - 1]) && (end - begin < 2 || !IsAsciiLetter(s_[end - 2]))) return end;
    if (begin < end) begin = OverHiragana(begin);
    begin = DropRoles(begin, end);
    const std::string_view name = s_.substr(begin, end - begin);
    if (name.empty() || CountCodePoints(name) < 2 || IsJoiner(Peek(s_, begin)) || AddressLike(name)) return end;
    return begin;
  }

  /// Where みずほ of みずほ証券 begins, when nothing of a sentence stands before it; `begin` where there is no such
  /// run.
  size_t OverHiragana(size_t begin) const {
    size_t start = begin, count = 0;
    for (size_t at = begin; count <= kHiraganaMax && at > done_ && IsHiragana(PreviousCodePoint(s_, &at)); start = at)
      ++count;
    if (count < 2 || count > kHiraganaMax) return begin;
    size_t edge = start;
    if (start > 0 && (start == done_ || IsNameCharacter(PreviousCodePoint(s_, &edge)))) return begin;
    const std::string_view run = s_.substr(start, begin - start);
    // である, をつくる and other verbs speak of the company.
    if (run.starts_with("を") || run.starts_with("で") || run.ends_with("る")) return begin;
    const bool grammar = std::any_of(kHiraganaWords.begin(), kHiraganaWords.end(),
                                     [&](std::string_view word) { return run.ends_with(word); });
    return grammar ? begin : start;
  }

  bool InsideName(size_t at) const {
    size_t before = at;
    return IsNameCharacter(PreviousCodePoint(s_, &before));
  }

  size_t DropRoles(size_t begin, size_t end) const {
    bool again = true;
    while (again && begin < end) {
      again = false;
      const std::string_view name = s_.substr(begin, end - begin);
      size_t longest = 0;
      for (std::string_view role : kRoles) {
        // One kanji may begin a real name (元気堂, 本田技研): it counts as a role only when little else could be meant.
        if (role.size() == 3 && role != "甲" && role != "乙" && role != "丙" && role != "丁") {
          if (name == role) longest = role.size();
          continue;
        }
        if (name.starts_with(role)) longest = std::max(longest, role.size());
      }
      if (longest > 0) {
        begin += longest;
        while (begin < end && (s_[begin] == ' ' || IsJoiner(Peek(s_, begin)))) NextCodePoint(s_, &begin);
        again = true;
      }
    }
    return begin;
  }

  static bool AddressLike(std::string_view name) {
    return name.ends_with("番地") || name.ends_with("丁目") || name.ends_with("号室");
  }

  /// Where the name that follows the form ends; `begin` when none does.
  size_t NameBehind(size_t begin) const {
    size_t pos = begin;
    if (Peek(s_, pos) == ' ' && IsNameCharacter(Peek(s_, pos + 1))) ++pos;
    const size_t start = pos;
    size_t characters = 0;
    if (IsHiragana(Peek(s_, pos))) pos = HiraganaStart(pos, &characters);
    while (pos < s_.size() && characters < kNameMax) {
      size_t next = pos;
      const char32_t c = NextCodePoint(s_, &next);
      if (pos > start && EndsAt(pos)) break;
      const bool joiner = (IsJoiner(c) || c == ' ') && pos > start && (IsNameCharacter(Peek(s_, next))) &&
                          (c != ' ' || (IsLatin(Peek(s_, next)) && IsLatin(static_cast<unsigned char>(s_[pos - 1]))));
      if (!IsNameCharacter(c) && !joiner) break;
      pos = next;
      ++characters;
    }
    const std::string_view name = s_.substr(start, pos - start);
    if (characters < 2 || PrefixOf(kNotNames, name) > 0 || PrefixOf(kEndsName, name) > 0) return begin;
    return pos;
  }

  /// A word that ends the name stands here. 印 is the seal beside a name, but 印刷 belongs to it.
  bool EndsAt(size_t pos) const {
    const size_t length = PrefixOf(kEndsName, s_.substr(pos, 18));
    if (length == 0) return false;
    return s_.substr(pos, length) != "印" || !IsHan(Peek(s_, pos + length));
  }

  /// Names that begin in hiragana (みずほ銀行, いなげや) end before a particle in third place or later.
  size_t HiraganaStart(size_t pos, size_t* characters) const {
    const size_t begin = pos;
    while (IsHiragana(Peek(s_, pos)) && *characters < 8) {
      if (*characters >= 2 && IsParticle(Peek(s_, pos)) && !IsHiragana(PeekSecond(pos)) && !EndsLineBehindTo(pos))
        break;
      NextCodePoint(s_, &pos);
      ++*characters;
    }
    // は、が、と … right behind the form is grammar; so is a run that begins with one and ends in a verb.
    if (IsParticle(Peek(s_, begin)) || *characters < 2) {
      *characters = 0;
      return begin;
    }
    return pos;
  }

  /// みなと印刷 where nothing else stands in the line: "and" would want a second name of a form of its own.
  bool EndsLineBehindTo(size_t pos) const {
    if (NextCodePoint(s_, &pos) != U'と') return false;
    const size_t begin = pos;
    size_t characters = 0;
    while (IsHan(Peek(s_, pos)) || IsKatakana(Peek(s_, pos))) {
      if (EndsAt(pos)) break;
      NextCodePoint(s_, &pos);
      ++characters;
    }
    const std::string_view word = s_.substr(begin, pos - begin);
    for (const std::string_view form : {"会社", "法人", "組合"}) {
      if (word.find(form) != std::string_view::npos) return false;
    }
    const char32_t end = Peek(s_, pos);
    return characters >= 2 && (end == 0 || end == '\n' || end == ' ' || end == '(' || EndsAt(pos));
  }

  char32_t PeekSecond(size_t pos) const {
    NextCodePoint(s_, &pos);
    return Peek(s_, pos);
  }

  const std::string_view s_;
  size_t done_ = 0;
  std::vector<Spot<Organisation>> out_;
};

}  // namespace

std::vector<Spot<Organisation>> JapaneseOrganisations(std::string_view folded) { return JapaneseFinder(folded).Run(); }

}  // namespace yk::text
