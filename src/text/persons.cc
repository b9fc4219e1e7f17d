// SPDX-License-Identifier: Apache-2.0
#include "text/persons.h"

#include <algorithm>
#include <array>

#include "text/number_scan.h"
#include "text/pattern.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr size_t kNameMax = 9;  // characters of a Japanese name

// Runs that an honorific follows without naming anybody.
constexpr auto kNobody = std::to_array<std::string_view>(
    {"皆",       "客",       "奥",       "娘",       "息子",     "嫁",     "兄",   "姉",   "妹",     "弟",   "父",
     "母",       "孫",       "神",       "仏",       "王",       "同",     "両",   "各",   "貴",     "他",   "仕",
     "模",       "多",       "一",       "無",       "何",       "誰",     "各位", "御中", "担当者", "担当", "関係者",
     "利用者",   "被害者",   "患者",     "医者",     "学生",     "店員",   "社員", "会員", "業者",   "読者", "王子",
     "赤",       "爺",       "婆",       "主",       "殿",       "貴社",   "御社", "弊社", "先方",   "当方", "皆々",
     "オーナー", "ユーザー", "スタッフ", "ドクター", "メーカー", "オーナ", "ママ", "パパ", "紳士",   "有",   "外",
     "別",       "今",       "左",       "右",       "王女",     "宗",     "源",   "平",   "摂",     "彼",   "某",
     "氏",       "様",       "同",       "前",       "後",       "異",     "逆",   "真",   "空",     "態"});
constexpr auto kNobodyEnds = std::to_array<std::string_view>(
    {"者", "員", "屋", "会社", "店", "部", "課", "係",   "行",   "局",   "所", "院", "庁",
     "省", "校", "人", "会",   "業", "家", "社", "法人", "各位", "御中", "市", "県", "国"});
constexpr auto kNotAfterOffice = std::to_array<std::string_view>(
    {"及",   "又",   "並",   "若",   "会",     "候補", "以",   "等",   "選",   "解",   "報",   "全",    "各",   "兼",
     "は",   "が",   "社長", "会長", "会議",   "就任", "印",   "署名", "氏名", "名",   "の",   "住所",  "東京", "大阪",
     "頭取", "対象", "協会", "法人", "事務所", "登録", "資格", "費用", "報酬", "連絡", "専務", "副社長"});

constexpr auto kOffices = std::to_array<std::string_view>(
    {"President", "Vice",      "Chief",   "Director",  "Chairman",  "CEO",     "CFO",     "Manager", "Managing",
     "General",   "Executive", "Senior",  "Secretary", "Treasurer", "Partner", "Officer", "Title",   "Date",
     "Name",      "By",        "Address", "Phone",     "Tel",       "Email",   "Fax"});

constexpr auto kDepartments = std::to_array<std::string_view>(
    {"経理", "総務", "営業", "人事", "法務", "広報", "開発", "企画", "購買", "財務", "技術", "製造", "窓口", "本社"});
constexpr auto kOfFirms = std::to_array<std::string_view>(
    {"Bank",      "Group",    "Holding", "Compan",    "Corp",       "Service",    "Solution",    "System",
     "Technolog", "Partner",  "Industr", "Universit", "Department", "Team",       "Office",      "Support",
     "Sales",     "Customer", "Center",  "Centre",    "Institute",  "Foundation", "Association", "Agency",
     "School",    "Hospital", "Hotel",   "Store",     "Inc",        "Ltd",        "Limited",     "LLC",
     "Accounts",  "Human",    "Legal",   "Finance",   "Marketing"});

bool IsKatakana(char32_t c) { return c >= 0x30A1 && c <= 0x30FE && c != U'・'; }

char32_t Peek(std::string_view s, size_t pos) { return pos < s.size() ? NextCodePoint(s, &pos) : 0; }

template <typename List>
bool StartsWithAny(const List& list, std::string_view s) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view word) { return s.starts_with(word); });
}
template <typename List>
bool EndsWithAny(const List& list, std::string_view s) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view word) { return s.ends_with(word); });
}

class PersonFinder {
 public:
  explicit PersonFinder(std::string_view text) : text_(text), folded_(Fold(text, kScanFold)), s_(folded_.text()) {}

  std::vector<Spot<PersonName>> Run() {
    Honorifics();
    Offices();
    Labels();
    English();
    EnglishLabels();
    DropOverlaps(&out_);
    for (Spot<PersonName>& spot : out_) {
      spot.range = folded_.Source(spot.range);
      spot.value.name = SqueezeSpace(text_.substr(spot.range.begin, spot.range.size()));
    }
    return std::move(out_);
  }

 private:
  void Add(Range range, std::string_view title) { out_.push_back({range, {"", std::string(title)}}); }

  /// 山田太郎様, 鈴木 一郎氏, スミスさん: the run before the honorific.
  void Honorifics() {
    static const RE2 pattern("様方|様|氏名|氏|さん|殿|先生|君");
    ForEachMatch<1>(pattern, s_, [&](const Groups<1>& g) {
      const std::string_view title = View(g[0]);
      if (title == "氏名" || title == "様方") return;
      Range range = RangeOf(s_, g[0]);
      if (title != "さん" && IsHan(Peek(s_, range.end)) && title != "様" && title != "先生")
        return;  // 氏族, 君主, 殿堂
      if (title == "様" && std::u32string_view(U"式々相態子").find(Peek(s_, range.end)) != std::u32string_view::npos &&
          Peek(s_, range.end) != 0)
        return;
      size_t end = range.begin;
      if (end > 0 && s_[end - 1] == ' ') --end;
      const Range name = NameBefore(end);
      if (!name.empty() && Fits(s_.substr(name.begin, name.size()), title)) Add(name, title);
    });
  }

  /// 仕様, 同様, 模様 behind other kanji and halls (本殿, 宮殿) are words, not names.
  static bool Fits(std::string_view name, std::string_view title) {
    if (title == "様")
      return !EndsWithAny(std::to_array<std::string_view>({"仕", "同", "模", "多", "異", "逆", "両"}), name);
    if (title == "殿" || title == "君") return CountCodePoints(name) > 1;
    return true;
  }

  Range NameBefore(size_t end) const {
    size_t begin = end;
    size_t characters = 0;
    bool kana = false;
    bool spaced = false;
    while (begin > 0 && characters <= kNameMax) {
      size_t at = begin;
      const char32_t c = PreviousCodePoint(s_, &at);
      const bool first = characters == 0;
      const bool joins = !first && at > 0 && InName(at, kana);
      if (c == ' ' && joins && !kana && !spaced && characters <= 4) {
        spaced = true;
      } else if (c == U'・' && joins && kana) {
      } else if (first && (IsHan(c) || IsKatakana(c))) {
        kana = !IsHan(c);
      } else if (first || (kana ? !IsKatakana(c) : !IsHan(c))) {
        break;
      }
      begin = at;
      ++characters;
    }
    std::string_view name = s_.substr(begin, end - begin);
    // A word and a space before the name: 部長 山田 keeps 山田.
    if (spaced && (NotAName(name.substr(0, name.find(' '))) || Office(name.substr(0, name.find(' '))))) {
      begin += name.find(' ') + 1;
      name = s_.substr(begin, end - begin);
    }
    if (characters > kNameMax && !spaced) return {end, end};
    const size_t count = CountCodePoints(name);
    const size_t most = kana ? kNameMax : spaced ? 8 : 6;
    if (count == 0 || count > most || NotAName(name) || (kana && count < 2)) return {end, end};
    return {begin, end};
  }

  bool InName(size_t at, bool kana) const {
    size_t before = at;
    const char32_t c = PreviousCodePoint(s_, &before);
    return kana ? IsKatakana(c) : IsHan(c);
  }

  static bool Office(std::string_view word) {
    return word.ends_with("長") || word.ends_with("役") || word.ends_with("主任") || word.ends_with("担当");
  }
  static bool NotAName(std::string_view name) {
    if (std::find(kNobody.begin(), kNobody.end(), name) != kNobody.end()) return true;
    return (CountCodePoints(name) > 1 && EndsWithAny(kNobodyEnds, name) && CountCodePoints(name) != 2) ||
           name.ends_with("会社") || name.ends_with("者") || Office(name);
  }

  /// 代表取締役 田中一郎: the run behind the office.
  void Offices() {
    static const RE2 pattern(
        "(代表取締役(?:社長|会長|副社長|専務|CEO)?(?:執行役員)?|代表執行役(?:社長)?|代表社員|職務執行者|代表理事|"
        "理事長|代表者(?:氏名)?|取締役(?:社長|会長)|弁護士|公認会計士|税理士|司法書士|担当者|氏名)[ "
        ":\\n]{0,4}(\\p{Han}{1,4}(?:ヶ\\p{Han}{1,2})? ?\\p{Han}{0,4})");
    ForEachMatch<3>(pattern, s_, [&](const Groups<3>& g) { AddBehind(RangeOf(s_, g[2]), View(g[1])); });
  }

  /// 担当: 佐藤, お名前: 山田太郎: the run behind a label, which may be or begin with a department.
  void Labels() {
    static const RE2 pattern(
        "((?:ご|御)?担当者?名?|代表者名|責任者名?|(?:お|御)?名前) ?: {0,3}"
        "(\\p{Han}{1,4}(?:ヶ\\p{Han}{1,2})? ?\\p{Han}{0,4})");
    ForEachMatch<3>(pattern, s_, [&](const Groups<3>& g) {
      Range range = RangeOf(s_, g[2]);
      while (s_[range.end - 1] == ' ') --range.end;
      const std::string_view name = s_.substr(range.begin, range.size());
      const size_t space = name.find(' ');
      if (IsDepartment(name.substr(0, space))) {
        if (space == std::string_view::npos) return;
        range.begin += space + 1;
      }
      if (!NotAName(s_.substr(range.begin, range.size()))) AddBehind(range, View(g[1]));
    });
  }

  static bool IsDepartment(std::string_view word) {
    return NotAName(word) || std::find(kDepartments.begin(), kDepartments.end(), word) != kDepartments.end();
  }

  /// The person in a run of kanji behind an office or a label.
  void AddBehind(Range range, std::string_view title) {
    const char32_t next = Peek(s_, range.end);
    std::string_view name = s_.substr(range.begin, range.size());
    while (name.ends_with(" ")) name.remove_suffix(1);
    for (std::string_view tail : {"印", "様", "氏", "殿"}) {
      if (name.ends_with(tail)) name.remove_suffix(tail.size());
    }
    while (name.ends_with(" ")) name.remove_suffix(1);
    range.end = range.begin + name.size();
    const size_t count = CountCodePoints(name);
    // Okurigana or more kanji behind the run: it is a sentence or a longer word, not a name.
    const bool runs_on = (next >= 0x3041 && next <= 0x3096 &&
                          std::u32string_view(U"はがをにとのさ").find(next) == std::u32string_view::npos) ||
                         IsHan(next);
    if (count < 2 || count > 8 || runs_on || StartsWithAny(kNotAfterOffice, name) || name.ends_with("者") ||
        name.ends_with("会社"))
      return;
    Add(range, title);
  }

  /// "Lutz Weber President": the office behind a name in a signature block.
  static std::string_view WithoutOffice(std::string_view name) {
    size_t pos = name.find_first_of(" \n");
    for (; pos != std::string_view::npos; pos = name.find_first_of(" \n", pos + 1)) {
      const std::string_view rest = name.substr(pos + 1);
      const std::string_view word = rest.substr(0, rest.find_first_of(" \n"));
      if (std::find(kOffices.begin(), kOffices.end(), word) != kOffices.end()) return name.substr(0, pos);
    }
    return name;
  }

  void English() {
    static const RE2 pattern(
        "\\b(Mrs|Mr|Ms|Dr|Prof|Professor|Messrs|Hon|Sir)(\\.?)[ \\n]+"
        "((?:\\p{Lu}\\.[ \\n]?)*(?:(?:van|von|de|da|del|der|la|le|bin|al)[ \\n])*\\p{Lu}[\\p{L}'-]*(?:[ "
        "\\n](?:\\p{Lu}\\.?[ \\n])*(?:(?:van|von|de|da|del|der|la|le|bin|al)[ \\n])*\\p{Lu}[\\p{L}'-]+){0,3})");
    ForEachMatch<4>(pattern, s_, [&](const Groups<4>& g) {
      Range range = RangeOf(s_, g[3]);
      std::string_view name = View(g[3]);
      const std::string_view title = View(g[1]);
      if ((title == "Hon" || title == "Messrs") && View(g[2]).empty()) return;
      // A line break ends the name when the next line begins a sentence of its own.
      const size_t blank = name.find("\n");
      if (blank != std::string_view::npos && name.find(' ') < blank) name = name.substr(0, blank);
      name = WithoutOffice(name);
      range.end = range.begin + name.size();
      if (CountCodePoints(name) < 2) return;
      Add(range, std::string(title) + std::string(View(g[2])));
    });
  }

  /// "Contact: Jane Doe", alone in its line: a word and a colon name people and firms alike, so two or three words with
  /// capitals and none that firms are called by.
  void EnglishLabels() {
    static const RE2 pattern(
        "(?m)(?:^|[|;\\t]) *((?:Full )?Name|Contact(?: [Pp]erson| [Nn]ame)?|Attn\\.?|Attention|Signatory|Prepared by|"
        "Signed by) ?: {0,3}(\\p{Lu}[\\p{L}'-]+(?: \\p{Lu}\\.)?(?: \\p{Lu}[\\p{L}'-]+){1,2})(?: *(?:[,(|;]|$))");
    ForEachMatch<3>(pattern, s_, [&](const Groups<3>& g) {
      const std::string_view name = View(g[2]);
      const bool firm = std::any_of(kOfFirms.begin(), kOfFirms.end(), [&](std::string_view word) {
        const size_t at = name.find(word);
        return at != std::string_view::npos && (at == 0 || name[at - 1] == ' ');
      });
      if (!firm) Add(RangeOf(s_, g[2]), View(g[1]));
    });
  }

  const std::string_view text_;
  const FoldedText folded_;
  const std::string_view s_;
  std::vector<Spot<PersonName>> out_;
};

}  // namespace

std::vector<Spot<PersonName>> FindPersons(std::string_view text) { return PersonFinder(text).Run(); }

}  // namespace yk::text
