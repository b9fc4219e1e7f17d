// SPDX-License-Identifier: Apache-2.0
// What passes between a WorkerBackend and the program yakan-model, as JSON in the frames of reader/frame.h.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "llama/options.h"
#include "model/backend.h"
#include "model/request.h"

namespace yk::llama {

/// From us: {"open": options}, {"ask": id, "request": …, "schema": text}, {"cancel": id}. From it: {"opened": info} or
/// {"error": …}; {"done": id, "outcome": …, "counters": …}.
Json OptionsToJson(const Options& options);
Options OptionsFromJson(const Json& json);

Json ErrorToJson(const Error& error);
Error ErrorFromJson(const Json& json);

Json InfoToJson(const model::BackendInfo& info);
model::BackendInfo InfoFromJson(const Json& json);

/// Without id and schema: those travel beside it. The deadline becomes the time that is left.
Json RequestToJson(const model::Request& request, MonoTime now);
model::Request RequestFromJson(const Json& json, MonoTime now);

Json OutcomeToJson(const model::Outcome& outcome);
model::Outcome OutcomeFromJson(const Json& json);

Json CountersToJson(const std::vector<model::Counter>& counters);
std::vector<model::Counter> CountersFromJson(const Json& json);

/// What two processes in turn have counted; of "rows at once" the larger.
std::vector<model::Counter> AddCounters(std::vector<model::Counter> sum, const std::vector<model::Counter>& more);

}  // namespace yk::llama
