// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace yk::text {

struct Bm25Options {
  float k1 = 1.2f;  ///< how soon repeats of a term stop counting
  float b = 0.75f;  ///< how much long entries are held back: 0 not at all, 1 in full
};

struct Bm25Hit {
  uint32_t entry = 0;
  float score = 0;
  friend bool operator==(const Bm25Hit&, const Bm25Hit&) = default;
};

/// In-memory BM25 (Robertson and Zaragoza 2009, idf with +1 so that it is never negative) over entries numbered in
/// order of Add. Adding and searching may alternate. Not thread-safe for writing; concurrent Search is fine.
class Bm25Index {
 public:
  explicit Bm25Index(Bm25Options options = {}) : options_(options) {}

  /// The new entry's number.
  uint32_t Add(std::string_view text);
  /// Best first, ties by number; only entries that share a term with the query.
  std::vector<Bm25Hit> Search(std::string_view query, size_t top_k) const;
  size_t size() const { return lengths_.size(); }

 private:
  struct Posting {
    uint32_t entry;
    uint32_t count;
  };
  struct TermHash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  Bm25Options options_;
  std::unordered_map<std::string, std::vector<Posting>, TermHash, std::equal_to<>> postings_;
  std::vector<uint32_t> lengths_;
  uint64_t total_length_ = 0;
};

}  // namespace yk::text
