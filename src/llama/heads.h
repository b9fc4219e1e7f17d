// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "llama/compute.h"
#include "llama/prompt.h"

namespace yk::llama {

/// A shared beginning in the cache, or on its way there.
struct ResidentHead {
  std::shared_ptr<const Head> head;  ///< null: the place is free
  Sequence sequence = 0;
  size_t computed = 0;  ///< tokens
  int rows = 0;         ///< that run on it now
  bool paid = false;    ///< a row runs or ran on it, and was told that it paid for it
  uint64_t used = 0;    ///< when last, in turns
  bool ready() const { return head != nullptr && computed == head->tokens.size(); }
  /// One that has served nobody yet is on its way for somebody.
  bool busy() const { return rows > 0 || !paid; }
};

/// The shared beginnings that stay in the cache: one sequence each, from `first` on. Which of them go when room is
/// needed is decided here; computing them is the scheduler's.
class Heads {
 public:
  /// Where the state of a head is kept between runs; an empty path: nowhere.
  using FileOf = std::function<std::filesystem::path(const Head&)>;

  Heads(Compute& compute, Sequence first, Sequence count, FileOf file_of);

  ResidentHead* Find(const Head& head);

  /// Gives the head a place: one whose beginning is in the cache already starts with that, one that was kept on disk is
  /// read. Null: every place is taken by a head in use.
  ResidentHead* Place(const std::shared_ptr<const Head>& head);

  /// Frees the head that nobody has used for the longest; false: all are in use.
  bool Evict();

  /// The head is complete: keep it for the next run.
  void Keep(const ResidentHead& head);

  /// The cache was lost: every head is to be computed again.
  void Forget();

  /// Cells the heads hold, or will when they are complete.
  int64_t cells() const;
  std::vector<ResidentHead>& all() { return places_; }

 private:
  void Begin(ResidentHead& place);

  Compute& compute_;
  const FileOf file_of_;
  std::vector<ResidentHead> places_;
  uint64_t turn_ = 0;
};

}  // namespace yk::llama
