// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "text/number_scan.h"
#include "text/organisation_names.h"
#include "text/pattern.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr size_t kWordsMax = 10;
constexpr size_t kFormsMax = 3;  // "Co., Ltd., LLC": more in a row is a list

// Lower-case words that may stand inside a name, between capitalised ones.
constexpr auto kJoiners = std::to_array<std::string_view>(
    {"and", "And", "of", "the", "for", "de", "du", "la", "le", "van", "von", "der", "&", "AND", "OF", "THE", "FOR"});
// Capitalised words that open a phrase, not a name; a name begins behind them.
constexpr auto kOpeners = std::to_array<std::string_view>(
    {"BETWEEN",   "Between",   "BY",      "By",      "WITH",  "With",   "AMONG",     "Among",     "TO",
     "To",        "FROM",      "From",    "This",    "THIS",  "That",   "Agreement", "AGREEMENT", "Whereas",
     "WHEREAS",   "If",        "When",    "Upon",    "In",    "On",     "At",        "As",        "Each",
     "Neither",   "Both",      "Dated",   "DATED",   "Buyer", "Seller", "Licensor",  "Licensee",  "Contact",
     "Attention", "Attn",      "Re",      "Subject", "Name",  "Title",  "Signed",    "SIGNED",    "Dear",
     "Page",      "Copyright", "But",     "Or",      "OR",    "NOT",    "Not",       "BUT",       "INCLUDING",
     "Including", "And/Or",    "However", "Such",    "Any",   "No",     "All"});
// Roles of parties, as contracts call them.
constexpr auto kParties = std::to_array<std::string_view>(
    {"Company",    "Corporation", "Customer",     "Supplier",   "Client",  "Parent",  "Distributor",
     "Contractor", "Consultant",  "Lender",       "Agent",      "Party",   "Parties", "Vendor",
     "Partner",    "Owner",       "Franchisee",   "Franchisor", "Sponsor", "Manager", "Investor",
     "Borrower",   "Guarantor",   "Manufacturer", "Purchaser"});
// Words that make no name by themselves before a form: "the Company", "Limited Liability Company", "a Delaware
// Corporation".
constexpr auto kGeneric = std::to_array<std::string_view>(
    {"registered", "trading",   "the",        "this",        "that",     "such",         "a",       "an",
     "any",        "each",      "our",        "your",        "its",      "said",         "parent",  "holding",
     "limited",    "liability", "insurance",  "operating",   "public",   "private",      "foreign", "domestic",
     "surviving",  "successor", "company",    "corporation", "stock",    "joint",        "trust",   "acquiring",
     "target",     "title",     "reporting",  "portfolio",   "subject",  "affiliated",   "party",   "no",
     "or",         "and",       "of",         "general",     "business", "professional", "closely", "controlled",
     "delaware",   "nevada",    "california", "york",        "new",      "texas",        "florida", "other"});
// What turns a form into an ordinary word when it follows: "Limited Warranty", "Corporation Law".
constexpr auto kAfterForm = std::to_array<std::string_view>(
    {"Partnership", "PARTNERSHIP",  "Liability",   "LIABILITY",  "Warranty", "WARRANTY",    "License",  "LICENSE",
     "Law",         "Act",          "Code",        "Commission", "Counsel",  "Information", "Property", "Products",
     "Personnel",   "Confidential", "Indemnitees", "Edition",    "Use",      "Recourse",    "Term",     "Exclusivity"});

struct Word {
  Range range;
  std::string_view text;
};

template <typename List>
bool Contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsUpper(char32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7); }

class EnglishFinder {
 public:
  explicit EnglishFinder(std::string_view s) : s_(s) {}

  std::vector<Spot<Organisation>> Run() {
    static const RE2 forms(
        "\\b(?:Incorporated|INCORPORATED|Inc\\b\\.?|INC\\b\\.?|Corporation|CORPORATION|Corp\\b\\.?|CORP\\b\\.?|L\\.L\\."
        "C\\.?|LLC|L\\.L\\.P\\.?|LLP|L\\.P\\.?|LP|"
        "Limited|LIMITED|Ltd\\b\\.?|LTD\\b\\.?|GmbH|GMBH|AG|[Pp]lc|PLC|P\\.L\\.C\\.?|N\\.A\\.?|S\\.A\\.?|S\\.A\\.S\\.?|"
        "SAS|B\\.V\\.?|BV|N\\.V\\.?|NV|S\\.p\\.A\\.?|SpA|"
        "S\\.r\\.l\\.?|S\\.[àa]\\.r\\.l\\.?|SARL|Pte\\b\\.?|Pty\\b\\.?|PTY\\b\\.?|K\\.K\\.?|A/"
        "S|ASA|Oy|AB|Co\\.|CO\\.|(?:Co|CO),? (?:Ltd|LTD)\\b\\.?|Company|COMPANY)");
    ForEachMatch<1>(forms, s_, [&](const Groups<1>& g) { Take(RangeOf(s_, g[0])); });
    return std::move(out_);
  }

 private:
  void Take(Range form) {
    if (form.begin < done_) return;
    if (form.end < s_.size() && (IsAsciiLetter(s_[form.end]) || IsAsciiDigit(s_[form.end]))) return;
    if (form.begin > 0 && (s_[form.begin - 1] == '-' || s_[form.begin - 1] == '.' || s_[form.begin - 1] == '/')) return;
    if (Extend(form)) return;
    const std::string_view text = s_.substr(form.begin, form.size());
    if (Contains(kAfterForm, WordAfter(form.end))) return;
    const size_t begin = NameBefore(form.begin, text);
    if (begin == form.begin) return;
    out_.push_back({{begin, form.end}, {"", std::string(s_.substr(form.begin, form.size()))}});
    done_ = form.end;
    chained_ = 0;
  }

  /// "Co., Ltd.", "Company, Inc.": a form right behind the last name's form belongs to it.
  bool Extend(Range form) {
    if (out_.empty() || form.begin < done_ || chained_ >= kFormsMax) return false;
    Spot<Organisation>& last = out_.back();
    const std::string_view between = s_.substr(done_, std::min<size_t>(form.begin - done_, 8));
    if (done_ + between.size() != form.begin || between.find_first_not_of(" ,.\n") != std::string_view::npos ||
        between.find("\n\n") != std::string_view::npos)
      return false;
    ++chained_;
    last.range.end = form.end;
    last.value.form += std::string(between) + std::string(s_.substr(form.begin, last.range.end - form.begin));
    last.value.form = SqueezeSpace(last.value.form);
    done_ = last.range.end;
    return true;
  }

  std::string_view WordAfter(size_t pos) const {
    while (pos < s_.size() && s_[pos] == ' ') ++pos;
    size_t end = pos;
    while (end < s_.size() && end - pos < 20 && IsAsciiLetter(s_[end])) ++end;
    return s_.substr(pos, end - pos);
  }

  /// The word that ends before `end`, and in `*gap` what stands between it and `end`.
  Word WordBefore(size_t end, std::string_view* gap) const {
    size_t stop = end;
    while (stop > done_ && end - stop < 12 && (s_[stop - 1] == ' ' || s_[stop - 1] == '\n' || s_[stop - 1] == ','))
      --stop;
    *gap = s_.substr(stop, end - stop);
    size_t begin = stop;
    while (begin > done_ && stop - begin < 48) {
      size_t at = begin;
      const char32_t c = PreviousCodePoint(s_, &at);
      if (!IsWordLetter(c) && c != '&' && c != '.' && c != '-' && c != '\'' && c != '/' && c != '!' && c != '+') break;
      begin = at;
    }
    return {{begin, stop}, s_.substr(begin, stop - begin)};
  }

  static bool IsNameWord(std::string_view word) {
    if (word.empty()) return false;
    size_t pos = 0;
    const char32_t first = NextCodePoint(word, &pos);
    if (IsUpper(first) || (first >= '0' && first <= '9')) return true;
    // eBay, i3, edge2net
    return first < 0x80 && ((pos < word.size() && IsUpper(static_cast<unsigned char>(word[pos]))) ||
                            std::any_of(word.begin(), word.end(), IsAsciiDigit));
  }

  /// A full stop at a word's end ends the sentence before, unless the word is an initial or a known short form.
  static bool EndsSentence(std::string_view word) {
    if (!word.ends_with('.')) return false;
    const std::string_view stem = word.substr(0, word.size() - 1);
    if (stem.size() <= 1 || stem.find('.') != std::string_view::npos) return false;
    return !Contains(std::to_array<std::string_view>({"St", "Dr", "Mr", "Mt", "Bros", "Intl", "Int'l", "Mfg", "Tech",
                                                      "Assoc", "Dept", "Univ", "Co", "Corp", "Inc", "J.P"}),
                     stem);
  }

  size_t NameBefore(size_t form, std::string_view form_text) const {
    size_t begin = form;
    size_t names = 0;
    size_t head = form;      // a comma may stand right before it: before the form and the bracket in front of it
    bool ampersand = false;  // "Keefe, Bruyette & Woods": commas before it list partners
    for (size_t at = form, words = 0; words < kWordsMax; ++words) {
      std::string_view gap;
      const Word word = WordBefore(at, &gap);
      if (gap.find("\n\n") != std::string_view::npos) break;
      const bool comma = gap.find(',') != std::string_view::npos;
      if (const size_t open = BracketBefore(word); open != word.range.begin && !comma) {
        if (at == head) head = open;
        at = open;
        continue;
      }
      if (word.text.empty() || EndsSentence(word.text) || Contains(kOpeners, word.text)) break;
      if (comma && at != head && !(ampersand && IsNameWord(word.text) && !word.text.ends_with('.'))) break;
      if (Contains(kJoiners, word.text)) {
        if (comma || !JoinsNames(word.range.begin)) break;
        ampersand = ampersand || word.text == "&";
      } else if (IsNameWord(word.text)) {
        begin = word.range.begin;
        ++names;
      } else {
        break;
      }
      at = word.range.begin;
      if (at > 0 && std::string_view("(\"'[;:").find(s_[at - 1]) != std::string_view::npos) break;
    }
    return Judge(begin, form, form_text, names);
  }

  /// "(Shanghai)" in "PPG Paints (Shanghai) Co., Ltd.": where the bracket that ends where `word` should begins; else
  /// that very place.
  size_t BracketBefore(const Word& word) const {
    const size_t end = word.range.begin;
    if (!word.text.empty() || end <= done_ || s_[end - 1] != ')') return end;
    size_t open = end - 1;
    while (open > done_ && end - open < 24 &&
           (IsAsciiLetter(s_[open - 1]) || s_[open - 1] == ' ' || s_[open - 1] == '.'))
      --open;
    if (open <= done_ || s_[open - 1] != '(' || !IsNameWord(s_.substr(open, end - 1 - open))) return end;
    return open - 1;
  }

  /// Does a name go on before "and", "of", …? Not when a form, a comma or a lower-case word stands there.
  bool JoinsNames(size_t joiner) const {
    std::string_view gap;
    const Word before = WordBefore(joiner, &gap);
    if (before.text.empty() || gap.find(',') != std::string_view::npos || before.range.begin < done_) return false;
    // "Company and Computershare Trust Company": a party's role before "and" is no part of the name behind it.
    return IsNameWord(before.text) && !EndsSentence(before.text) && !Contains(kOpeners, before.text) &&
           !Contains(kParties, before.text);
  }

  size_t Judge(size_t begin, size_t form, std::string_view form_text, size_t names) const {
    begin = DropLeading(begin, form);
    if (begin == form || names == 0) return form;
    const std::string_view name = TrimSpace(s_.substr(begin, form - begin));
    const bool plain_form = form_text == "Company" || form_text == "COMPANY" || form_text == "Corporation" ||
                            form_text == "CORPORATION" || form_text == "Limited" || form_text == "LIMITED" ||
                            form_text == "Co." || form_text == "CO.";
    if (plain_form && AllGeneric(name)) return form;
    if (plain_form && AfterArticle(begin)) return form;
    // Two capitals may be anything (AB, NV, AG): they need a name in mixed case or of some length before them.
    const bool weak = form_text.size() <= 3 && form_text.find('.') == std::string_view::npos && form_text != "LLC" &&
                      form_text != "LLP" && form_text != "Inc" && form_text != "Ltd" && form_text != "INC" &&
                      form_text != "LTD" && form_text != "PLC" && form_text != "plc";
    if (weak && name.size() < 4) return form;
    if (AllGeneric(name) && name.find(' ') == std::string_view::npos && name.size() < 4) return form;
    return begin;
  }

  size_t DropLeading(size_t begin, size_t form) const {
    for (;;) {
      const std::string_view rest = s_.substr(begin, form - begin);
      size_t end = rest.find_first_of(" \n");
      if (end == std::string_view::npos) return begin;
      const std::string_view word = rest.substr(0, end);
      const bool enumerator =
          word.size() <= 5 && word.find_first_not_of("0123456789.") == std::string_view::npos && word.ends_with('.');
      if (!enumerator && word != "and" && word != "And" && word != "of" && word != "AND" && word != "OF" && word != "&")
        return begin;
      begin += end;
      begin = std::min(SkipSpace(s_, begin), form);
    }
  }

  static bool AllGeneric(std::string_view name) {
    for (size_t pos = 0; pos < name.size();) {
      size_t end = name.find_first_of(" \n,", pos);
      if (end == std::string_view::npos) end = name.size();
      std::string word = FoldCase(name.substr(pos, end - pos));
      if (word.ends_with("'s")) word.resize(word.size() - 2);
      if (!word.empty() && !Contains(kGeneric, word)) return false;
      pos = end + 1;
    }
    return true;
  }

  /// "a Maryland Corporation": an article right before says that no company is named.
  bool AfterArticle(size_t begin) const {
    std::string_view gap;
    const Word word = WordBefore(begin, &gap);
    return gap.find(',') == std::string_view::npos &&
           (word.text == "a" || word.text == "an" || word.text == "A" || word.text == "An");
  }

  const std::string_view s_;
  size_t done_ = 0;
  size_t chained_ = 0;  // forms added to the last name
  std::vector<Spot<Organisation>> out_;
};

}  // namespace

std::vector<Spot<Organisation>> EnglishOrganisations(std::string_view folded) { return EnglishFinder(folded).Run(); }

}  // namespace yk::text
