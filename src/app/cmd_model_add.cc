// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/download_progress.h"
#include "base/json.h"
#include "hub/add_model.h"
#include "hub/words.h"
#include "net/curl_http_client.h"

namespace yk::app {
namespace {

void PrintJson(const std::string& name, const hub::AddedModel& added) {
  Json files = Json::array();
  for (const auto& file : added.registered.files) {
    Json entry = {{"path", file.path}, {"bytes", file.bytes}};
    if (!file.sha256.empty()) entry["sha256"] = file.sha256;
    files.push_back(std::move(entry));
  }
  const Json model = {{"name", name},
                      {"source", added.registered.source},
                      {"revision", added.registered.revision},
                      {"bytes", added.disk.bytes},
                      {"fetched", added.fetched},
                      {"files", std::move(files)}};
  fmt::print("{}\n", DumpJson(model));
}

void PrintText(const std::string& name, const hub::AddedModel& added) {
  const hub::GgufHeader& header = added.disk.header;
  std::string kind = header.architecture;
  if (!header.quantization.empty()) kind += " " + header.quantization;
  fmt::print("{}: {}{}{}\n", name, hub::SpokenBytes(added.disk.bytes), kind.empty() ? "" : ", ", kind);
  for (const auto& file : added.registered.files) fmt::print("  {}\n", file.path);
  if (!header.tokenizer && header.split_count == 1) {
    fmt::print("this file has no tokenizer: it is a part of another model and cannot answer by itself\n");
  }
  fmt::print("use it as 'model: {}' in a job\n", name);
}

}  // namespace

Result<int> CmdModelAdd(const CommandContext& context, const ModelAddCommand& command) {
  YK_TRY(const Settings settings, LoadSettings(std::filesystem::current_path()));
  if (settings.models.contains(command.name) && !IsAddedModel(settings, command.name)) {
    return Fail(Code::kConflict, "the name '{}' is taken by a model in {}, which would win; choose another name",
                command.name, settings.file.string());
  }
  if (settings.hub.models_dir.empty()) {
    return Fail(Code::kInvalid,
                "it is not known where to keep models, because HOME is not set; name a folder with 'models_dir:' in "
                "yakan.yaml");
  }
  YK_TRY(const auto http, net::CurlHttpClient::Create({}, context.clock));
  hub::HubClient client(*http, context.clock, context.stop);
  hub::AddOptions options;
  options.name = command.name;
  options.source = command.source;
  options.replace = command.replace;
  DownloadProgress progress(ProgressReporter::StyleFor(command.quiet), context.clock);
  YK_TRY(const hub::AddedModel added, hub::AddModel(client, settings.hub, options, progress));
  if (context.json)
    PrintJson(command.name, added);
  else
    PrintText(command.name, added);
  return 0;
}

}  // namespace yk::app
