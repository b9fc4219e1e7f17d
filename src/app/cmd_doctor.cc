// SPDX-License-Identifier: Apache-2.0
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <thread>

#include "app/commands.h"
#include "app/model_set.h"
#include "app/progress_reporter.h"
#include "app/store_access.h"
#include "llama/library.h"
#include "net/url.h"
#include "reader/reader_pool.h"
#include "store/memory_store.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

/// One line of the report: fine, or what to do.
struct Finding {
  std::string what;
  bool ok = true;
  std::string detail;
};

Finding Machine() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  const double gigabytes = static_cast<double>(pages) * static_cast<double>(page) / 1e9;
  return {"machine", true,
          fmt::format("{} cores, {:.0f} GB of memory", std::thread::hardware_concurrency(), gigabytes)};
}

Finding DiskSpace(const fs::path& db) {
  struct statvfs info {};
  const fs::path folder = db.has_parent_path() ? db.parent_path() : fs::path(".");
  if (::statvfs(folder.c_str(), &info) != 0)
    return {"disk", false,
            fmt::format("the folder {} cannot be looked at; make it or name another with --store", folder.string())};
  const double gigabytes = static_cast<double>(info.f_bavail) * static_cast<double>(info.f_frsize) / 1e9;
  if (gigabytes < 1)
    return {"disk", false,
            fmt::format("only {:.1f} GB are free in {}; a night's work may need more", gigabytes, folder.string())};
  return {"disk", true, fmt::format("{:.0f} GB free in {}", gigabytes, folder.string())};
}

Finding Reader() {
  const auto pool = reader::ReaderPool::Open();
  if (!pool) return {"reader", false, pool.error().ToString()};
  return {"reader", true, "yakan-reader is there; documents, mail, web pages and pictures can be read"};
}

Finding Store(const fs::path& db, const Clock& clock) {
  std::error_code error;
  if (!fs::exists(db, error)) return {"store", true, fmt::format("{} will be made by the first run", db.string())};
  const auto store = OpenToRead(db, clock);
  if (!store) return {"store", false, store.error().ToString()};
  const auto jobs = (*store)->List({});
  if (!jobs) return {"store", false, jobs.error().ToString()};
  const auto answers = (*store)->Stats();
  return {"store", true,
          fmt::format("{}: {} jobs, {} stored answers", db.string(), jobs->size(),
                      answers ? Thousands(answers->answers) : "?")};
}

/// What model files would run on.
Finding ModelFiles() {
  const auto devices = llama::Devices();
  if (devices.empty()) {
    return {"model files", true,
            "this build cannot run model files itself (it was built without llama.cpp); others answer"};
  }
  std::string list;
  for (const auto& device : devices) {
    list += fmt::format("{}{} ({}, {:.1f} of {:.1f} GB free{})", list.empty() ? "" : "; ", device.name,
                        device.description, static_cast<double>(device.memory_free) / 1e9,
                        static_cast<double>(device.memory_total) / 1e9, device.gpu ? ", GPU" : "");
  }
  return {"model files", true, fmt::format("llama.cpp {} on {}", llama::LibraryVersion(), list)};
}

Finding Model(const std::string& name, const std::string& what, const Settings& settings, const Clock& clock) {
  store::MemoryStore answers(clock);
  ModelSet models(settings, answers, clock, {});
  if (auto opened = models.Open(name); !opened) return {what, false, opened.error().ToString()};
  if (auto answered = models.Probe(); !answered) return {what, false, answered.error().ToString()};
  return {what, true, "answers"};
}

/// One finding for each server: a run does without those of several that do not answer.
void AddModel(const std::string& name, const Settings& settings, const Clock& clock, std::vector<Finding>& findings) {
  const std::string what = "model " + name;
  const auto named = settings.models.find(name);
  if (named == settings.models.end() || named->second.urls.size() < 2) {
    return findings.push_back(Model(name, what, settings, clock));
  }
  Settings alone = settings;
  for (const std::string& url : named->second.urls) {
    alone.models.at(name).urls = {url};
    Finding finding = Model(name, what, alone, clock);
    finding.detail = net::WithoutUserInfo(url) + ": " + finding.detail;
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Result<int> CmdDoctor(const CommandContext& context) {
  YK_TRY(const Settings settings, LoadSettings(fs::current_path()));
  YK_TRY(const fs::path db, StorePath(settings, context.store_flag, fs::current_path()));
  std::vector<Finding> findings{Machine(),    DiskSpace(db),
                                Reader(),     Store(db, context.clock),
                                ModelFiles(), Model("builtin", "model builtin", settings, context.clock)};
  findings.insert(findings.begin(),
                  {"settings", true, settings.file.empty() ? "no yakan.yaml: defaults hold" : settings.file.string()});
  for (const auto& note : settings.notes) findings.push_back({"model names", true, note});
  for (const auto& [name, model] : settings.models) AddModel(name, settings, context.clock, findings);
  bool all_ok = true;
  Json list = Json::array();
  for (const auto& finding : findings) {
    all_ok = all_ok && finding.ok;
    list.push_back({{"check", finding.what}, {"ok", finding.ok}, {"detail", finding.detail}});
    if (!context.json) fmt::print("{:<4} {:<16} {}\n", finding.ok ? "ok" : "!!", finding.what, finding.detail);
  }
  if (context.json) fmt::print("{}\n", DumpJson({{"ok", all_ok}, {"checks", std::move(list)}}));
  return all_ok ? 0 : 1;
}

}  // namespace yk::app
