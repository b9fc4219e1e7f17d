// SPDX-License-Identifier: Apache-2.0
#include "logs/scanner.h"

#include <algorithm>

#include "logs/bytes.h"
#include "logs/chunk.h"

namespace yk::logs {
namespace {

/// true or false, in any case
bool IsBool(const char* begin, const char* end) {
  if (end - begin != 4 && end - begin != 5) return false;
  // Compared as a whole: this runs for many words of four or five letters.
  uint32_t head = 0;
  std::memcpy(&head, begin, 4);
  head |= 0x20202020;
  if (end - begin == 4) return head == 0x65757274;                              // "true"
  return head == 0x736C6166 && (static_cast<uint8_t>(begin[4]) | 0x20) == 'e';  // "fals" "e"
}

/// １ to ９ and ０: three bytes.
bool IsWideDigit(const char* p, const char* end) {
  return end - p >= 3 && static_cast<uint8_t>(p[0]) == 0xEF && static_cast<uint8_t>(p[1]) == 0xBC &&
         static_cast<uint8_t>(p[2]) >= 0x90 && static_cast<uint8_t>(p[2]) <= 0x99;
}

/// The end of a query's tail: /search?q=1;2,3&page=4
const char* EndOfUrl(const char* p, const char* end) {
  while (p < end && !IsSpace(*p) && *p != '"' && *p != '\'' && *p != ')' && *p != ']' && *p != '>' && *p != '}' &&
         static_cast<uint8_t>(*p) >= 0x20) {
    ++p;
  }
  while (ClassOf(p[-1]) == kBreak || p[-1] == '.' || p[-1] == ':') --p;
  return p;
}

class Walk {
 public:
  Walk(std::string_view content, const ByteMasks& masks, int coarseness, Scanned* out)
      : begin_(content.data()),
        end_(content.data() + content.size()),
        masks_(masks),
        coarseness_(coarseness),
        out_(*out) {}

  /// A content begins a chunk; the masks cannot know it, where they know the byte before.
  const char* FirstWord(const char* end) {
    const char* const word_end = std::min(end_, masks_.NextBreak(begin_));
    if (word_end - begin_ != 4 && word_end - begin_ != 5) return begin_;
    end = std::min(end, word_end);
    if (!IsBool(begin_, end)) return begin_;
    Add(begin_, end, SlotKind::kValue);
    return end;
  }

  void Run(const char* p, const char* end) {
    const char* looked = p;  // chunks begin at or after `p`; what may make them variable is looked for from here on
    while (looked < end) {
      const char* const hot = masks_.NextHot(looked);
      if (hot >= end) return;
      looked = hot + 1;
      if (ClassOf(*hot) == kHigh) {
        if (IsWideDigit(hot, end)) looked = p = WideDigits(hot, end);
        continue;
      }
      const char* const begin = std::max(p, masks_.ChunkBegin(hot));
      const char* const chunk_end = std::min(end, masks_.NextBreak(hot));
      if ((ClassOf(*hot) & (kDigit | kSlash)) != 0) {
        looked = p = Chunk(begin, chunk_end, end);
      } else if (begin == hot && IsBool(begin, chunk_end)) {
        Add(begin, chunk_end, SlotKind::kValue);
        looked = p = chunk_end;
      }
      if (out_.Full()) {
        Add(p, end, SlotKind::kValue);
        return;
      }
    }
  }

  void Add(const char* begin, const char* end, SlotKind kind) {
    if (begin < end) {
      out_.slots.push_back({static_cast<uint32_t>(begin - begin_), static_cast<uint32_t>(end - begin_), kind});
    }
  }

 private:
  const char* WideDigits(const char* p, const char* end) {
    const char* const begin = p;
    while (IsWideDigit(p, end)) p += 3;
    Add(begin, p, SlotKind::kValue);
    return p;
  }

  const char* Chunk(const char* begin, const char* p, const char* end) {
    const ChunkPlace place = {begin > begin_ ? begin[-1] : '\0', p < end_ ? *p : '\0', masks_.text_end(), coarseness_};
    const std::string_view chunk(begin, static_cast<size_t>(p - begin));
    ChunkSlot slot;
    if (!ClassifyChunk(chunk, place, &slot)) return p;
    if (slot.url && begin + slot.end == p && p < end && (*p == '=' || *p == ';' || *p == ',') &&
        chunk.find('?') != std::string_view::npos) {
      p = EndOfUrl(p, end);
      Add(begin + slot.begin, p, slot.kind);
      return p;
    }
    // Where the walk goes on does not wait for what was found out about the chunk.
    Add(begin + slot.begin, begin + slot.end, slot.kind);
    return p;
  }

  const char* begin_;
  const char* end_;
  const ByteMasks& masks_;
  int coarseness_;
  Scanned& out_;
};

void HashLiterals(std::string_view content, uint64_t seed, Scanned* out) {
  uint64_t hash = seed;
  uint32_t from = 0;
  uint32_t literal = static_cast<uint32_t>(content.size());
  for (const SlotSpan& slot : out->slots) {
    // Two kinds of marks, so that dates can be told from values later on.
    hash = HashBytes(hash + (slot.kind == SlotKind::kTime ? 2 : 1), content.data() + from, slot.begin - from);
    literal -= slot.end - slot.begin;
    from = slot.end;
  }
  out->hash = HashBytes(hash, content.data() + from, content.size() - from);
  out->literal_bytes = literal;
}

/// Coarseness 2: what follows the twelfth word is one slot.
void CutWords(std::string_view content, Scanned* out) {
  size_t words = 0;
  for (size_t i = 0; i < content.size(); ++i) {
    if (!IsSpace(content[i]) || ++words < 12) continue;
    const auto at = static_cast<uint32_t>(i);
    while (!out->slots.empty() && out->slots.back().begin >= at) out->slots.pop_back();
    if (!out->slots.empty() && out->slots.back().end > at) return;
    out->slots.push_back({at, static_cast<uint32_t>(content.size()), SlotKind::kValue});
    return;
  }
}

}  // namespace

void Scan(std::string_view content, const ByteMasks& masks, const ScanRules& rules, Scanned* out) {
  out->Clear();
  Walk walk(content, masks, rules.coarseness, out);
  const char* from = walk.FirstWord(content.data() + (rules.fixed.empty() ? content.size() : rules.fixed[0].begin));
  for (const SlotSpan& slot : rules.fixed) {
    if (out->Full()) break;
    walk.Run(from, content.data() + slot.begin);
    walk.Add(content.data() + slot.begin, content.data() + slot.end, slot.kind);
    from = content.data() + slot.end;
  }
  if (!out->Full()) walk.Run(from, content.data() + content.size());
  if (rules.coarseness > 1) CutWords(content, out);
  HashLiterals(content, rules.seed, out);
}

void ScanAlone(std::string_view content, const ScanRules& rules, Scanned* out) {
  out->masks.Build(content);
  Scan(content, out->masks, rules, out);
}

std::string SkeletonOf(std::string_view content, std::span<const SlotSpan> slots) {
  std::string out;
  out.reserve(content.size());
  const auto literal = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) out.push_back(IsMark(content[i]) ? '?' : content[i]);
  };
  size_t from = 0;
  for (const SlotSpan& slot : slots) {
    literal(from, slot.begin);
    out.push_back(slot.kind == SlotKind::kTime ? kTimeMark : kValueMark);
    from = slot.end;
  }
  literal(from, content.size());
  return out;
}

}  // namespace yk::logs
