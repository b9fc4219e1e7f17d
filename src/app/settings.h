// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "hub/add_model.h"
#include "llama/options.h"
#include "reader/reader_pool.h"

namespace yk::app {

/// A named way to answer, as written under `models:` in yakan.yaml.
struct ModelSettings {
  std::string kind;                    ///< "builtin", "openai", "llama"
  std::vector<std::string> urls;       ///< endpoints of an HTTP model
  std::string model;                   ///< the name the endpoint knows it by
  std::string key;                     ///< the key itself, already taken from the environment; never printed
  std::string key_source;              ///< "env:GOOGLE_API_KEY", for messages
  std::string identity;                ///< tells apart what different servers call by one name
  std::string path;                    ///< of a model file
  llama::Options llama;                ///< how the file is run
  bool own_process = true;             ///< … and whether in a process of its own
  double rpm = 0;                      ///< requests a minute; 0: learn from the server
  double tpm = 0;                      ///< tokens a minute
  int in_flight_max = 0;               ///< 0: the governor finds out
  double price_in = 0, price_out = 0;  ///< US dollars per million tokens
};

struct Settings {
  std::filesystem::path file;  ///< the yakan.yaml that was read; empty: none
  std::string store;           ///< "sqlite:PATH"; empty: yakan.db beside the file, else beside the job
  std::string log_level = "warn";
  double answers_gb = 20;                       ///< how much of the stored answers is kept
  std::map<std::string, ModelSettings> models;  ///< of the file, and those that `yakan model add` has added
  hub::HubSettings hub;                         ///< where models come from and are kept
  hub::ModelRegistry added;
  std::vector<std::string> notes;     ///< sentences: what stands in the way of something else
  reader::ReaderPoolOptions readers;  ///< bounds for foreign files, OCR, passwords
};

/// Reads the nearest yakan.yaml in `from` or a folder above it, else ~/.config/yakan/yakan.yaml; then YAKAN_STORE,
/// YAKAN_LOG_LEVEL and what ParseHubSettings names from the environment; then the list of added models, whose names
/// give way to those of the file. No file is no error.
Result<Settings> LoadSettings(const std::filesystem::path& from);

/// A model as a job names it: an alias of the settings, "builtin", a .gguf path, or a URL such as
/// http://127.0.0.1:8000/v1#model-name.
Result<ModelSettings> FindModel(const Settings& settings, const std::string& name);

/// The name stands for a model that was added, and not for one of the file.
bool IsAddedModel(const Settings& settings, const std::string& name);

/// The store's database file for a job in `job_dir`.
Result<std::filesystem::path> StorePath(const Settings& settings, const std::string& store_flag,
                                        const std::filesystem::path& job_dir);

}  // namespace yk::app
