// SPDX-License-Identifier: Apache-2.0
#include "sqlite/answers.h"

#include <algorithm>
#include <cstring>

#include "store/job_rules.h"

namespace yk::sqlite {

using store::AnswerKey;
using store::StoredAnswer;

namespace {

/// The tail moves to the index in about this many transactions, fewer when they bring many keys of their own.
constexpr size_t kSlices = 64;
constexpr int kEvictSlice = 512;
constexpr const char* kUnindexed =
    "SELECT id, k_req, k_ask FROM answers WHERE id > max((SELECT indexed_to FROM answer_totals), ?1) ORDER BY id";

int64_t Prefix(const Digest& key) {
  int64_t prefix = 0;
  std::memcpy(&prefix, key.data(), sizeof(prefix));
  return prefix;
}

template <typename Map>
void Collect(const Map& map, int64_t prefix, std::vector<int64_t>& out) {
  const auto [first, last] = map.equal_range(prefix);
  for (auto it = first; it != last; ++it) out.push_back(it->second);
}

Result<void> CollectIndexed(Connection& db, int64_t prefix, std::vector<int64_t>& out) {
  Query q(db, "SELECT id FROM answer_keys WHERE prefix=?1");
  q.Bind(prefix);
  while (true) {
    YK_TRY(const bool more, q.Step());
    if (!more) return {};
    out.push_back(q.Int(0));
  }
}

Result<void> AddTotals(Connection& db, int64_t answers, int64_t bytes) {
  Query q(db, "UPDATE answer_totals SET answers=answers+?1, bytes=bytes+?2");
  return q.Bind(answers, bytes).Run();
}

StoredAnswer ReadAnswer(const Query& q) {
  StoredAnswer a;
  a.key = {q.Hash(1), q.Hash(2)};
  a.finish = q.Text(3);
  a.tokens_in = q.Int(4);
  a.tokens_out = q.Int(5);
  a.tokens_cached = q.Int(6);
  a.price = q.Real(7);
  a.created_at = FromUnixMs(q.Int(8));
  a.body = q.Text(10);
  a.doubts = q.Text(11);
  return a;
}

}  // namespace

Result<void> Answers::LoadTail(Connection& db) {
  // What the index has passed was given out, also where those answers were dropped since: a key of an id below it
  // would be looked for neither here nor there.
  YK_TRY(const int64_t top, db.Number("SELECT max((SELECT coalesce(max(id), 0) FROM answers),"
                                      " (SELECT indexed_to FROM answer_totals))"));
  next_id_ = std::max(next_id_, top + 1);
  MutexLock lock(mutex_);
  Query q(db, kUnindexed);
  q.Bind(tail_to_);
  while (true) {
    YK_TRY(const bool more, q.Step());
    if (!more) return {};
    const int64_t id = q.Int(0);
    tail_.emplace(Prefix(q.Hash(1)), id);
    tail_.emplace(Prefix(q.Hash(2)), id);
    tail_to_ = std::max(tail_to_, id);
  }
}

Result<std::optional<int64_t>> Answers::FindRequest(Connection& db, const Digest& k_req) {
  std::vector<int64_t> ids;
  const int64_t prefix = Prefix(k_req);
  Collect(staged_, prefix, ids);
  {
    MutexLock lock(mutex_);
    Collect(tail_, prefix, ids);
  }
  YK_TRY_VOID(CollectIndexed(db, prefix, ids));
  for (const int64_t id : ids) {
    Query q(db, "SELECT 1 FROM answers WHERE id=?1 AND k_req=?2");
    YK_TRY(const bool same, q.Bind(id, k_req).Step());
    if (same) return std::optional<int64_t>(id);
  }
  return std::optional<int64_t>();
}

Result<void> Answers::Remove(Connection& db, int64_t id) {
  int64_t bytes = 0;
  Digest req{}, ask{};
  {
    StoredAnswer sized;
    Query q(db, "SELECT k_req, k_ask, body, doubts FROM answers WHERE id=?1");
    YK_TRY(const bool row, q.Bind(id).Step());
    if (!row) return {};
    req = q.Hash(0);
    ask = q.Hash(1);
    sized.body = q.Text(2);
    sized.doubts = q.Text(3);
    bytes = store::AnswerBytes(sized);
  }
  for (const int64_t prefix : {Prefix(req), Prefix(ask)}) {
    Query q(db, "DELETE FROM answer_keys WHERE prefix=?1 AND id=?2");
    YK_TRY_VOID(q.Bind(prefix, id).Run());
  }
  Query q(db, "DELETE FROM answers WHERE id=?1");
  YK_TRY_VOID(q.Bind(id).Run());
  return AddTotals(db, -1, -bytes);
}

Result<void> Answers::Insert(Connection& db, int64_t id, const StoredAnswer& a) {
  Query q(
      db,
      "INSERT INTO answers(id, k_req, k_ask, finish, tokens_in, tokens_out, tokens_cached, price, created_at, used_at,"
      " body, doubts) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
  return q
      .Bind(id, a.key.k_req, a.key.k_ask, a.finish, a.tokens_in, a.tokens_out, a.tokens_cached, a.price,
            ToUnixMs(a.created_at), ToUnixMs(clock_.WallNow()), a.body, a.doubts)
      .Run();
}

Result<void> Answers::Put(Connection& db, std::span<const StoredAnswer> answers) {
  int64_t bytes = 0;
  for (const StoredAnswer& answer : answers) {
    YK_TRY(const std::optional<int64_t> old, FindRequest(db, answer.key.k_req));
    if (old) YK_TRY_VOID(Remove(db, *old));
    // An id given out in a call that is undone is never used again, so a staged key can at worst lead nowhere.
    const int64_t id = next_id_++;
    YK_TRY_VOID(Insert(db, id, answer));
    staged_.emplace(Prefix(answer.key.k_req), id);
    staged_.emplace(Prefix(answer.key.k_ask), id);
    bytes += store::AnswerBytes(answer);
  }
  return AddTotals(db, static_cast<int64_t>(answers.size()), bytes);
}

Result<int64_t> Answers::EvictSlice(Connection& db, int64_t bytes_max, WallTime keep_since) {
  YK_TRY_VOID(WriteUses(db));
  YK_TRY(const int64_t bytes, db.Number("SELECT bytes FROM answer_totals"));
  std::vector<int64_t> ids;
  int64_t over = bytes - bytes_max;
  {
    Query q(db,
            "SELECT u.id, length(CAST(a.body AS BLOB)) + length(CAST(a.doubts AS BLOB))"
            " FROM answers u INDEXED BY answers_by_use CROSS JOIN answers a ON a.id=u.id WHERE u.used_at<?1 ORDER BY "
            "u.used_at, u.id LIMIT ?2");
    q.Bind(ToUnixMs(keep_since - store::kUsedAtGrain), kEvictSlice);
    while (over > 0) {
      YK_TRY(const bool more, q.Step());
      if (!more) break;
      ids.push_back(q.Int(0));
      over -= q.Int(1) + store::AnswerBytes({});
    }
  }
  for (const int64_t id : ids) YK_TRY_VOID(Remove(db, id));
  return static_cast<int64_t>(ids.size());
}

Result<std::vector<std::optional<StoredAnswer>>> Answers::Get(Connection& db, std::span<const AnswerKey> keys,
                                                              bool& touched) {
  // The tail is looked at before the snapshot begins: a key that leaves it later is in the index by then.
  std::vector<std::vector<int64_t>> tails(keys.size());
  {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < keys.size(); ++i) {
      Collect(tail_, Prefix(keys[i].k_req), tails[i]);
      Collect(tail_, Prefix(keys[i].k_ask), tails[i]);
    }
  }
  std::vector<std::optional<StoredAnswer>> out;
  std::vector<Use> uses;
  YK_TRY_VOID(db.Exec("BEGIN"));
  Result<void> read;
  for (size_t i = 0; i < keys.size() && read; ++i) {
    auto found = Lookup(db, keys[i], tails[i], uses);
    if (found) {
      out.push_back(std::move(found).value());
    } else {
      read = Fail(std::move(found).error());
    }
  }
  YK_TRY_VOID(db.Exec("COMMIT"));
  YK_TRY_VOID(std::move(read));
  touched = !uses.empty();
  if (touched) {
    MutexLock lock(mutex_);
    uses_.insert(uses_.end(), uses.begin(), uses.end());
  }
  return out;
}

Result<std::optional<StoredAnswer>> Answers::Lookup(Connection& db, const AnswerKey& key,
                                                    const std::vector<int64_t>& tail, std::vector<Use>& uses) {
  std::vector<int64_t> ids = tail;
  YK_TRY_VOID(CollectIndexed(db, Prefix(key.k_req), ids));
  if (key.k_ask != key.k_req) YK_TRY_VOID(CollectIndexed(db, Prefix(key.k_ask), ids));
  std::sort(ids.begin(), ids.end(), std::greater<>());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::optional<StoredAnswer> similar;
  const int64_t now = ToUnixMs(clock_.WallNow());
  Use use;
  for (const int64_t id : ids) {
    Query q(db,
            "SELECT id, k_req, k_ask, finish, tokens_in, tokens_out, tokens_cached, price, created_at, used_at, body, "
            "doubts"
            " FROM answers WHERE id=?1 AND finish='stop' AND (k_req=?2 OR k_ask=?3)");
    YK_TRY(const bool row, q.Bind(id, key.k_req, key.k_ask).Step());
    if (!row) continue;
    const bool exact = q.Hash(1) == key.k_req;
    if (!exact && similar) continue;
    similar = ReadAnswer(q);
    use = {id, q.Int(9)};
    if (exact) break;
  }
  if (similar && now - use.at >= store::kUsedAtGrain.count()) uses.push_back({use.id, now});
  return similar;
}

Result<void> Answers::WriteUses(Connection& db) {
  std::vector<Use> uses;
  {
    MutexLock lock(mutex_);
    uses.swap(uses_);
  }
  writing_.insert(writing_.end(), uses.begin(), uses.end());
  for (const Use& use : uses) {
    Query q(db, "UPDATE answers SET used_at=?2 WHERE id=?1 AND used_at<?2");
    YK_TRY_VOID(q.Bind(use.id, use.at).Run());
  }
  return {};
}

void Answers::StartMerge(bool closing) {
  MutexLock lock(mutex_);
  if (tail_.empty() || (!closing && tail_.size() < tail_keys_max_)) return;
  merge_.assign(tail_.begin(), tail_.end());
  std::sort(merge_.begin(), merge_.end());
  merge_to_ = tail_to_;
  merged_ = 0;
}

Result<void> Answers::MergeSlice(Connection& db, bool closing) {
  if (merge_.empty()) StartMerge(closing);
  const size_t slice =
      std::max({tail_keys_max_ / kSlices + 1, staged_.size() * 2, closing ? merge_.size() : size_t{0}});
  merging_ = std::min(merge_.size(), merged_ + slice);
  for (size_t i = merged_; i < merging_; ++i) {
    Query q(db, "INSERT OR IGNORE INTO answer_keys(prefix, id) VALUES(?1,?2)");
    YK_TRY_VOID(q.Bind(merge_[i].first, merge_[i].second).Run());
  }
  if (merge_.empty() || merging_ < merge_.size()) return {};
  Query q(db, "UPDATE answer_totals SET indexed_to=?1");
  return q.Bind(merge_to_).Run();
}

Result<void> Answers::BeforeCommit(Connection& db, bool closing) {
  YK_TRY_VOID(WriteUses(db));
  return MergeSlice(db, closing);
}

void Answers::AfterCommit() {
  writing_.clear();
  merged_ = merging_;
  MutexLock lock(mutex_);
  tail_.merge(staged_);
  tail_to_ = std::max(tail_to_, next_id_ - 1);
  if (merge_.empty() || merged_ < merge_.size()) return;
  std::erase_if(tail_, [this](const auto& entry) { return entry.second <= merge_to_; });
  merge_.clear();
  merged_ = merging_ = 0;
}

void Answers::AfterRollback() {
  staged_.clear();
  merging_ = merged_;
  MutexLock lock(mutex_);
  uses_.insert(uses_.end(), writing_.begin(), writing_.end());
  writing_.clear();
}

bool Answers::HasWork() const {
  MutexLock lock(mutex_);
  return !tail_.empty() || !uses_.empty();
}

}  // namespace yk::sqlite
