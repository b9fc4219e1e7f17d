// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "testing/faulty_store.h"

namespace yk::testing {

/// The smallest honest worker, for crash tests of stores: loads a job of `rows` rows, leases, looks up answers, asks
/// for the missing ones, journals them before use, commits in two parts, delivers in row order with a cursor, finishes.
/// Starting it again after any interruption goes on with the same job. One thread; errors end it.
struct StoreWorker {
  FaultyStore::Inner store;
  int64_t rows = 12;
  int chunk_rows = 4;
  std::function<void(int64_t row)> on_ask = [](int64_t) {};        ///< the model is asked (and paid) for this row
  std::function<void(int64_t row)> on_journaled = [](int64_t) {};  ///< its answer is durable
  std::function<void(int64_t row, const std::string& output)> on_deliver = [](int64_t, const std::string&) {};

  Result<store::JobId> Run();

 private:
  Result<store::JobId> Load();
  Result<void> Work(const store::LeasedChunk& lease);
  Result<std::string> Ask(const store::InputRow& row);
  Result<void> Deliver(store::JobId job);
};

}  // namespace yk::testing
