// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "net/local_socket.h"
#include "sqlite/sqlite_store.h"

namespace yk::app {

/// Opens the store as its owner: the one process that may write it.
Result<std::unique_ptr<sqlite::SqliteStore>> OpenAsOwner(const std::filesystem::path& db, const Clock& clock);

/// Opens it for looking only; works beside an owner. kNotFound when there is no store yet.
Result<std::unique_ptr<sqlite::SqliteStore>> OpenToRead(const std::filesystem::path& db, const Clock& clock);

/// The job this process works on, for those who ask.
struct RunningJob {
  store::JobId id;
  std::string name;
  std::function<bool()> ending;  ///< its run takes no row up any more; called on any thread
};

/// The owner's socket: answers {"do": "pause"|"resume"|"cancel", "job": "…"} and {"do": "tell"}, which asks what it
/// works on, from other processes of the same user. A path too long for a socket is no reason not to run: then there is
/// none, and a warning says so. `resume` is for the running job alone (kConflict otherwise): nobody would work on
/// another one.
std::unique_ptr<net::LocalServer> ServeCommands(const std::filesystem::path& db, store::JobStore& store,
                                                RunningJob running);

/// Asks the process that owns the store. The job as it is then, or why the owner refused.
Result<Json> AskOwner(const std::filesystem::path& db, const std::string& verb, const std::string& job);

/// pause, resume or cancel: directly when nobody owns the store, else through the owner. The job as it is then.
Result<Json> ActOnJob(const std::filesystem::path& db, const Clock& clock, const std::string& verb,
                      const std::string& job);

/// The job that a process works on now; none when nobody works on any in this store. An error when a process has the
/// store and cannot be asked.
Result<std::optional<store::JobId>> JobAtWork(const std::filesystem::path& db);

/// One line of a listing: {"id","name","state","rows",…}.
Json JobToJson(const store::JobRecord& job);
Json LedgerToJson(const store::Ledger& ledger);

}  // namespace yk::app
