// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/progress_reporter.h"
#include "base/json.h"
#include "hub/memory_need.h"
#include "hub/model_file.h"
#include "hub/words.h"
#include "net/url.h"

namespace yk::app {
namespace {

/// The keys and values of so many tokens are counted to a model that does not say how many it is to hold, or fewer when
/// it takes fewer.
constexpr uint64_t kTokens = 8192;

/// A line of the list, and the object of --json.
struct Row {
  std::string name, size = "-", quantization = "-", context = "-", chat_template = "-", fits = "-", place;
  std::string problem;
  Json json;
};

void DescribeFile(const ModelSettings& settings, uint64_t available, Row& row) {
  row.place = settings.path;
  row.json["path"] = settings.path;
  const auto model = hub::InspectModel(settings.path);
  if (!model) {
    row.problem = model.error().ToString();
    row.json["problem"] = row.problem;
    return;
  }
  const hub::GgufHeader& header = model->header;
  uint64_t tokens = header.context_length == 0 ? kTokens : std::min(kTokens, header.context_length);
  if (settings.llama.context > 0) tokens = static_cast<uint64_t>(settings.llama.context);
  const uint64_t needed = model->bytes + std::min(hub::KvCacheBytes(header, tokens), UINT64_MAX - model->bytes);
  const bool fits = needed <= available;
  row.size = hub::SpokenBytes(model->bytes);
  if (!header.quantization.empty()) row.quantization = header.quantization;
  if (header.context_length > 0) row.context = Thousands(static_cast<int64_t>(header.context_length));
  row.chat_template = header.chat_template ? "yes" : "no";
  if (available > 0) row.fits = fmt::format("{}, {}", fits ? "yes" : "no", hub::SpokenBytes(needed));
  row.json["bytes"] = model->bytes;
  row.json["architecture"] = header.architecture;
  row.json["quantization"] = header.quantization;
  row.json["context"] = header.context_length;
  row.json["chat_template"] = header.chat_template;
  row.json["needed_bytes"] = needed;
  if (available > 0) row.json["fits"] = fits;
}

Row Describe(const std::string& name, const ModelSettings& model, const Settings& settings, uint64_t available) {
  Row row;
  row.name = name;
  const bool added = IsAddedModel(settings, name);
  row.json = {{"name", name}, {"kind", model.kind}, {"from", added ? "added" : "yakan.yaml"}};
  if (added) row.json["source"] = settings.added.at(name).source;
  if (model.kind == "llama") {
    DescribeFile(model, available, row);
    return row;
  }
  for (const auto& url : model.urls) row.place += (row.place.empty() ? "" : " ") + net::WithoutUserInfo(url);
  for (const auto& url : model.urls) row.json["urls"].push_back(net::WithoutUserInfo(url));
  if (!model.model.empty()) {
    row.place += "#" + model.model;
    row.json["model"] = model.model;
  }
  if (model.kind == "builtin") row.place = "built in";
  return row;
}

void Print(const std::vector<Row>& rows) {
  size_t width = 4;
  for (const Row& row : rows) width = std::max(width, row.name.size());
  const auto line = [&](const Row& row) {
    fmt::print("{:<{}}  {:>8}  {:<8}  {:>9}  {:<8}  {:<13}  {}\n", row.name, width, row.size, row.quantization,
               row.context, row.chat_template, row.fits, row.place);
  };
  Row head{"name", "size", "quant", "context", "template", "fits here", "from", "", {}};
  line(head);
  for (const Row& row : rows) line(row);
  for (const Row& row : rows) {
    if (!row.problem.empty()) fmt::print("{}: {}\n", row.name, row.problem);
  }
}

}  // namespace

Result<int> CmdModelList(const CommandContext& context) {
  YK_TRY(const Settings settings, LoadSettings(std::filesystem::current_path()));
  const uint64_t available = hub::AvailableMemory();
  std::vector<Row> rows;
  if (!settings.models.contains("builtin")) {
    ModelSettings builtin;
    builtin.kind = "builtin";
    rows.push_back(Describe("builtin", builtin, settings, available));
    rows.back().json["from"] = "built in";
  }
  for (const auto& [name, model] : settings.models) rows.push_back(Describe(name, model, settings, available));
  if (context.json) {
    Json models = Json::array();
    for (Row& row : rows) models.push_back(std::move(row.json));
    const Json list = {{"models", std::move(models)},
                       {"models_dir", settings.hub.models_dir.string()},
                       {"available_bytes", available},
                       {"tokens", kTokens},
                       {"notes", settings.notes}};
    fmt::print("{}\n", DumpJson(list));
    return 0;
  }
  Print(rows);
  for (const auto& note : settings.notes) fmt::print("{}\n", note);
  if (available > 0) {
    fmt::print(
        "\nA model fits when its file and the keys and values of {} tokens, or of its 'context:', fit into the {} of "
        "memory that are free now.\n",
        Thousands(static_cast<int64_t>(kTokens)), hub::SpokenBytes(available));
  }
  return 0;
}

}  // namespace yk::app
