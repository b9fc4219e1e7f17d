// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "logs/bytes.h"
#include "logs/grouping_steps.h"
#include "logs/scanner.h"

namespace yk::logs {
namespace {

/// Pieces that may be one value.
struct Unit {
  size_t first = 0, last = 0;
  size_t enough = 2;  ///< so many different values make it variable
};

bool HasDigit(std::string_view word) { return std::any_of(word.begin(), word.end(), IsDigit); }

bool NamesSomebody(std::string_view word) {
  for (const std::string_view name : {"user", "User", "username", "host", "hostname", "account", "node"}) {
    if (word == name) return true;
  }
  return false;
}

/// The piece that closes a bracket opened at `open`; npos when it does not close.
size_t Closing(const Form& form, size_t open) {
  const char o = form.text[form.pieces[open].begin];
  const char c = o == '{' ? '}' : o == '[' ? ']' : ')';
  int depth = 0;
  for (size_t i = open; i < form.pieces.size(); ++i) {
    depth += form.IsPunct(i, o) - form.IsPunct(i, c);
    if (depth == 0) return i;
  }
  return std::string_view::npos;
}

/// The closing quote of the one at `open` within the next pieces.
size_t ClosingQuote(const Form& form, size_t open) {
  const char quote = form.text[form.pieces[open].begin];
  for (size_t i = open + 1; i < form.pieces.size() && i <= open + 24; ++i) {
    if (form.IsPunct(i, quote)) return i;
  }
  return std::string_view::npos;
}

/// In JSON these keys hold text that says what happened, not values.
bool TellsWhatHappened(std::string_view key) {
  for (const std::string_view name :
       {"msg", "message", "event", "text", "log", "error", "level", "severity", "type", "action", "name"}) {
    if (key == name) return true;
  }
  return false;
}

/// In pairs of keys and values, fewer: type=7 and name=x are values as often as not.
bool TellsInPairs(std::string_view key) {
  for (const std::string_view name : {"msg", "message", "event", "level", "lvl", "severity"}) {
    if (key == name) return true;
  }
  return false;
}

/// What follows an equals sign: a word, a quoted text, a word with brackets behind it. last < first: nothing.
Unit ValueOfKey(const Form& form, size_t at) {
  const Unit none{1, 0};
  if (form.Is(at, Piece::kSpace) && form.Is(at - 2, Piece::kSpace)) ++at;  // "key = value"
  if (form.IsPunct(at, '"') || form.IsPunct(at, '\'')) {
    const size_t close = ClosingQuote(form, at);
    return close == std::string_view::npos || close == at + 1 ? none : Unit{at + 1, close - 1};
  }
  if (!form.Is(at, Piece::kWord) && !form.Is(at, Piece::kSlot)) return none;
  if (form.IsKey(at)) return none;
  size_t last = at;
  // 东京 and latin letters side by side are one value.
  const auto value = [&](size_t i) { return form.Is(i, Piece::kWord) || form.Is(i, Piece::kSlot); };
  while (value(last + 1) || (form.IsPunct(last + 1, ':') && value(last + 2))) last += value(last + 1) ? 1 : 2;
  if (form.IsPunct(last + 1, '{') || form.IsPunct(last + 1, '(')) {
    const size_t close = Closing(form, last + 1);
    return close == std::string_view::npos ? none : Unit{at, close};
  }
  return {at, last};
}

/// A quoted text that is no value of an equals sign.
Unit Quoted(const Form& form, size_t at, size_t* close) {
  const Unit none{1, 0};
  *close = ClosingQuote(form, at);
  if (*close == std::string_view::npos || *close == at + 1) return none;
  if (form.IsPunct(*close + 1, ':') || (form.Is(*close + 1, Piece::kSpace) && form.IsPunct(*close + 2, ':')))
    return none;                                                                     // a JSON key
  const size_t colon = at >= 2 && form.Is(at - 1, Piece::kSpace) ? at - 2 : at - 1;  // "key": "value"
  const bool json_value =
      at >= 2 && form.IsPunct(colon, ':') && (form.IsPunct(colon - 1, '"') || form.IsPunct(colon - 1, '\''));
  if (json_value) {
    if (colon >= 2 && TellsWhatHappened(form.Text(form.pieces[colon - 2]))) return none;
    return {at + 1, *close - 1};
  }
  if (*close == at + 2) return {at + 1, at + 1};
  // Several words in quotes, as the names that browsers give themselves. A verb and its object say what happened.
  const bool verb = *close == at + 4 && form.Is(at + 1, Piece::kWord) && form.Is(at + 3, Piece::kSlot);
  return verb ? none : Unit{at + 1, *close - 1, 3};
}

std::vector<Unit> UnitsOf(const Form& form) {
  std::vector<Unit> units;
  const auto add = [&](const Unit& unit) {
    if (unit.last >= unit.first) units.push_back(unit);
    return unit.last >= unit.first;
  };
  size_t closed = 0;  // quotes up to here are paired
  for (size_t i = 0; i < form.pieces.size(); ++i) {
    const Piece& piece = form.pieces[i];
    if (form.IsPunct(i, '=') && i > 0 && !form.IsPunct(i + 1, '=') && !form.IsPunct(i - 1, '=')) {
      if (TellsInPairs(form.Text(form.pieces[i - 1]))) {
        const bool quoted = form.IsPunct(i + 1, '"') || form.IsPunct(i + 1, '\'');
        const size_t close = quoted ? ClosingQuote(form, i + 1) : std::string_view::npos;
        if (close != std::string_view::npos) closed = close;
      } else if (add(ValueOfKey(form, i + 1))) {
        i = units.back().last;
      }
    } else if ((form.IsPunct(i, '"') || form.IsPunct(i, '\'')) && (i == 0 || i > closed)) {
      if (i > 0 && form.Is(i - 1, Piece::kWord)) continue;  // an apostrophe
      size_t close = 0;
      if (add(Quoted(form, i, &close))) {
        i = close;
      } else if (close != std::string_view::npos) {
        closed = close;
      }
    } else if (piece.kind == Piece::kSlot) {
      add({i, i});
    } else if (piece.kind == Piece::kWord && !form.IsKey(i)) {
      const bool named = i >= 2 && form.Is(i - 1, Piece::kSpace) && form.Is(i - 2, Piece::kWord) &&
                         NamesSomebody(form.Text(form.pieces[i - 2]));
      if (named || HasDigit(form.Text(piece))) add({i, i});
    }
  }
  return units;
}

/// Layout and text with a mark for each unit.
uint64_t KeyWithout(const Form& form, const std::vector<Unit>& units) {
  uint64_t hash = HashNumber(form.layout * 2 + (form.continuation ? 1 : 0));
  size_t next = 0;
  for (size_t i = 0; i < form.pieces.size(); ++i) {
    if (next < units.size() && units[next].first == i) {
      hash = HashBytes(hash, &kValueMark, 1);
      i = units[next++].last;
    } else {
      hash = HashText(form.Is(i, Piece::kSpace) ? std::string_view(" ") : form.Text(form.pieces[i]), hash);
    }
  }
  return hash;
}

std::string_view UnitText(const Form& form, const Unit& unit) {
  return form.text.substr(form.pieces[unit.first].begin, form.pieces[unit.last].end - form.pieces[unit.first].begin);
}

bool IsOneSlot(const Form& form, const Unit& unit) {
  return unit.first == unit.last && form.Is(unit.first, Piece::kSlot);
}

}  // namespace

bool MergeSoftColumns(std::vector<Form>* forms) {
  std::vector<std::vector<Unit>> units;
  std::map<uint64_t, std::vector<size_t>> buckets;
  for (size_t f = 0; f < forms->size(); ++f) {
    units.push_back(UnitsOf((*forms)[f]));
    buckets[KeyWithout((*forms)[f], units[f])].push_back(f);
  }
  bool changed = false;
  for (auto& [key, members] : buckets) {
    const size_t columns = units[members[0]].size();
    std::erase_if(members, [&](size_t f) { return units[f].size() != columns; });
    if (members.size() < 2) continue;
    // A form of nothing but numbered words says little: be slow to take them for values.
    size_t literal = (*forms)[members[0]].LiteralWords();
    for (const Unit& unit : units[members[0]])
      literal -= std::min<size_t>(literal, !IsOneSlot((*forms)[members[0]], unit));
    for (size_t c = columns; c-- > 0;) {
      size_t enough = literal > 0 ? 2 : 8;
      for (const size_t f : members) enough = std::max(enough, units[f][c].enough);
      std::set<std::string_view> values;
      bool slot = false;
      for (const size_t f : members) {
        if (IsOneSlot((*forms)[f], units[f][c])) {
          slot = true;
        } else {
          values.insert(UnitText((*forms)[f], units[f][c]));
        }
      }
      if (values.empty() || values.size() + (slot ? enough : 0) < enough) continue;
      for (const size_t f : members) {
        if (IsOneSlot((*forms)[f], units[f][c])) continue;
        (*forms)[f].MakeSlot(units[f][c].first, units[f][c].last);
        changed = true;
      }
    }
  }
  return changed;
}

}  // namespace yk::logs
