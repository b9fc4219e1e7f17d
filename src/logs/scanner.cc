// SPDX-License-Identifier: Apache-2.0
#include "logs/scanner.h"

#include <algorithm>

#include "logs/bytes.h"
#include "logs/chunk.h"

namespace yk::logs {
namespace {

bool IsBool(const char* begin, size_t size) {
  // Compared as a whole: this runs for every word of four or five letters.
  uint32_t head = 0;
  std::memcpy(&head, begin, 4);
  head |= 0x20202020;
  if (size == 4) return head == 0x65757274;                                     // "true"
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
  Walk(std::string_view content, int coarseness, Scanned* out)
      : base_(content.data()), end_(content.data() + content.size()), coarseness_(coarseness), out_(*out) {}

  void Run(const char* p, const char* end) {
    const char* looked = p;  // chunks begin at or after `p`; what may make them variable is looked for from here on
    while (looked < end) {
      const char* const hot = base_ + out_.masks.NextHot(static_cast<size_t>(looked - base_));
      if (hot >= end) return;
      const auto at = static_cast<size_t>(hot - base_);
      looked = hot + 1;
      if (ClassOf(*hot) == kHigh) {
        if (IsWideDigit(hot, end)) looked = p = WideDigits(hot, end);
        continue;
      }
      const char* const begin = std::max(p, base_ + out_.masks.ChunkBegin(at));
      const char* const chunk_end = std::min(end, base_ + out_.masks.NextBreak(at));
      if ((ClassOf(*hot) & (kDigit | kSlash)) != 0) {
        looked = p = Chunk(begin, chunk_end, end);
      } else if (const auto size = static_cast<size_t>(chunk_end - begin);
                 begin == hot && (size == 4 || size == 5) && IsBool(begin, size)) {
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
      out_.slots.push_back({static_cast<uint32_t>(begin - base_), static_cast<uint32_t>(end - base_), kind});
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
    uint8_t classes = 0;
    for (const char* q = begin; q < p; ++q) classes |= ClassOf(*q);
    const char before = begin > base_ ? begin[-1] : '\0';
    const char after = p < end_ ? *p : '\0';
    const std::string_view chunk(begin, static_cast<size_t>(p - begin));
    const ChunkSlot slot = ClassifyChunk(chunk, classes, before, after, coarseness_);
    if (!slot.found()) return p;
    const char* slot_end = begin + slot.end;
    if (slot.url && slot_end == p && p < end && (*p == '=' || *p == ';' || *p == ',') &&
        chunk.find('?') != std::string_view::npos) {
      p = slot_end = EndOfUrl(p, end);
    }
    Add(begin + slot.begin, slot_end, slot.kind);
    return std::max(p, slot_end);
  }

  const char* base_;
  const char* end_;
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

void Scan(std::string_view content, uint64_t seed, int coarseness, Scanned* out) {
  out->Clear();
  out->masks.Build(content);
  Walk(content, coarseness, out).Run(content.data(), content.data() + content.size());
  if (coarseness > 1) CutWords(content, out);
  HashLiterals(content, seed, out);
}

void ScanAround(std::string_view content, const std::vector<SlotSpan>& fixed, uint64_t seed, int coarseness,
                Scanned* out) {
  out->Clear();
  out->masks.Build(content);
  Walk walk(content, coarseness, out);
  const char* from = content.data();
  for (const SlotSpan& slot : fixed) {
    if (out->Full()) break;
    walk.Run(from, content.data() + slot.begin);
    walk.Add(content.data() + slot.begin, content.data() + slot.end, slot.kind);
    from = content.data() + slot.end;
  }
  if (!out->Full()) walk.Run(from, content.data() + content.size());
  if (coarseness > 1) CutWords(content, out);
  HashLiterals(content, seed, out);
}

std::string SkeletonOf(std::string_view content, const std::vector<SlotSpan>& slots) {
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
