// SPDX-License-Identifier: Apache-2.0
#include "llama/heads.h"

#include <algorithm>

#include "base/log.h"

namespace yk::llama {
namespace {

/// A shorter common beginning is not worth the bookkeeping, and a shorter head is computed faster than read.
constexpr size_t kWorthSharing = 16;
constexpr size_t kWorthKeeping = 128;

size_t CommonTokens(const std::vector<Token>& a, const std::vector<Token>& b) {
  const size_t most = std::min(a.size(), b.size());
  return static_cast<size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), b.begin()).first -
                             a.begin());
}

}  // namespace

Heads::Heads(Compute& compute, Sequence first, Sequence count, FileOf file_of)
    : compute_(compute), file_of_(std::move(file_of)), places_(static_cast<size_t>(count)) {
  for (Sequence i = 0; i < count; ++i) places_[static_cast<size_t>(i)].sequence = first + i;
}

ResidentHead* Heads::Find(const Head& head) {
  for (ResidentHead& place : places_) {
    if (place.head != nullptr && (place.head.get() == &head || place.head->tokens == head.tokens)) {
      place.used = ++turn_;
      return &place;
    }
  }
  return nullptr;
}

ResidentHead* Heads::Place(const std::shared_ptr<const Head>& head) {
  const auto free = [&] {
    return std::find_if(places_.begin(), places_.end(), [](const ResidentHead& place) { return !place.head; });
  };
  auto place = free();
  if (place == places_.end() && Evict()) place = free();
  if (place == places_.end()) return nullptr;
  place->head = head;
  place->used = ++turn_;
  Begin(*place);
  return &*place;
}

void Heads::Begin(ResidentHead& place) {
  place.computed = 0;
  place.paid = false;
  const std::vector<Token>& tokens = place.head->tokens;
  if (tokens.size() >= kWorthKeeping) {
    if (const auto file = file_of_ ? file_of_(*place.head) : std::filesystem::path(); !file.empty()) {
      place.computed = compute_.Load(place.sequence, file, tokens);
      if (place.computed > 0) return;
      // Not there, or damaged: then it gives way to the state that is computed now.
      std::error_code error;
      std::filesystem::remove(file, error);
    }
  }
  if (const Compute::Limits limits = compute_.limits(); !limits.cuts_back || limits.streams) return;
  const ResidentHead* nearest = nullptr;
  size_t most = kWorthSharing - 1;
  for (const ResidentHead& other : places_) {
    if (&other == &place || other.head == nullptr) continue;
    const size_t common = std::min(CommonTokens(tokens, other.head->tokens), other.computed);
    if (common > most) {
      most = common;
      nearest = &other;
    }
  }
  if (nearest == nullptr) return;
  compute_.Share(nearest->sequence, place.sequence, static_cast<int32_t>(most));
  place.computed = most;
}

bool Heads::Evict() {
  ResidentHead* oldest = nullptr;
  for (ResidentHead& place : places_) {
    if (place.head != nullptr && !place.busy() && (oldest == nullptr || place.used < oldest->used)) oldest = &place;
  }
  if (oldest == nullptr) return false;
  compute_.Drop(oldest->sequence);
  oldest->head = nullptr;
  oldest->computed = 0;
  return true;
}

void Heads::Keep(const ResidentHead& head) {
  if (!file_of_ || head.head->tokens.size() < kWorthKeeping) return;
  const auto file = file_of_(*head.head);
  if (file.empty()) return;
  std::error_code error;
  if (std::filesystem::exists(file, error)) return;
  // Without it the next run computes the beginning again: worth a line in the log, not the run.
  if (auto saved = compute_.Save(head.sequence, file, head.head->tokens); !saved)
    log::Warn("{}", saved.error().ToString());
}

void Heads::Forget() {
  for (ResidentHead& place : places_) {
    compute_.Drop(place.sequence);
    if (place.head != nullptr) place.computed = 0;
  }
}

int64_t Heads::cells() const {
  int64_t cells = 0;
  for (const ResidentHead& place : places_) {
    if (place.head != nullptr) cells += static_cast<int64_t>(place.head->tokens.size());
  }
  return cells;
}

}  // namespace yk::llama
