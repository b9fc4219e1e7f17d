// SPDX-License-Identifier: Apache-2.0
#include "text/bm25.h"

#include <algorithm>
#include <cmath>

#include "text/tokens.h"

namespace yk::text {

uint32_t Bm25Index::Add(std::string_view text) {
  const auto entry = static_cast<uint32_t>(lengths_.size());
  uint32_t length = 0;
  ForEachTerm(text, [&](std::string_view term) {
    ++length;
    auto found = postings_.find(term);
    if (found == postings_.end()) found = postings_.emplace(std::string(term), std::vector<Posting>()).first;
    std::vector<Posting>& list = found->second;
    if (!list.empty() && list.back().entry == entry)
      ++list.back().count;
    else
      list.push_back({entry, 1});
  });
  lengths_.push_back(length);
  total_length_ += length;
  return entry;
}

std::vector<Bm25Hit> Bm25Index::Search(std::string_view query, size_t top_k) const {
  if (lengths_.empty() || top_k == 0) return {};
  std::unordered_map<std::string, float, TermHash, std::equal_to<>> wanted;
  ForEachTerm(query, [&](std::string_view term) {
    const auto found = wanted.find(term);
    if (found == wanted.end())
      wanted.emplace(std::string(term), 1.0f);
    else
      found->second += 1;
  });
  const auto entries = static_cast<float>(lengths_.size());
  const float mean = std::max(1.0f, static_cast<float>(total_length_) / entries);
  std::vector<float> scores(lengths_.size(), 0.0f);
  std::vector<uint32_t> touched;
  for (const auto& [term, weight] : wanted) {
    const auto found = postings_.find(term);
    if (found == postings_.end()) continue;
    const auto holders = static_cast<float>(found->second.size());
    const float idf = std::log(1 + (entries - holders + 0.5f) / (holders + 0.5f));
    for (const Posting& posting : found->second) {
      const auto count = static_cast<float>(posting.count);
      const float longness = 1 - options_.b + options_.b * static_cast<float>(lengths_[posting.entry]) / mean;
      if (scores[posting.entry] == 0) touched.push_back(posting.entry);
      scores[posting.entry] += weight * idf * count * (options_.k1 + 1) / (count + options_.k1 * longness);
    }
  }
  const size_t k = std::min(top_k, touched.size());
  const auto better = [&](uint32_t a, uint32_t b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; };
  std::partial_sort(touched.begin(), touched.begin() + static_cast<ptrdiff_t>(k), touched.end(), better);
  std::vector<Bm25Hit> hits;
  hits.reserve(k);
  for (size_t i = 0; i < k; ++i) hits.push_back({touched[i], scores[touched[i]]});
  return hits;
}

}  // namespace yk::text
