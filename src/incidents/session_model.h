// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace yk::incidents {

/// How often each kind of line occurs in one session: (template, count), ordered by template.
using CountVector = std::vector<std::pair<uint32_t, uint32_t>>;

CountVector CountsOf(std::span<const uint32_t> events);

/// What sessions look like. One is unusual when no session that was learnt has the same kinds of lines in the same
/// numbers, give or take one line.
class SessionModel {
 public:
  void Learn(const CountVector& session) {
    ++known_[session];
    ++sessions_;
  }

  /// How many learnt sessions have exactly these counts.
  uint64_t Seen(const CountVector& session) const;

  /// `least`: how many learnt sessions of a kind make it usual.
  bool Unusual(const CountVector& session, uint64_t least = 1) const;

  uint64_t sessions() const { return sessions_; }
  const std::map<CountVector, uint64_t>& known() const { return known_; }

 private:
  std::map<CountVector, uint64_t> known_;
  uint64_t sessions_ = 0;
};

}  // namespace yk::incidents
