// SPDX-License-Identifier: Apache-2.0
// The way in: bytes of logs in, templates and their statistics out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logs/log_summary.h"
#include "logs/mine_options.h"

namespace yk::logs {

inline constexpr uint32_t kNoTemplate = 0xFFFFFFFF;

/// A line as the miner understands it. All views live until the sink returns.
struct LineEvent {
  LinePlace place;
  uint64_t event_line = 0;                ///< the line that began this event; `place.line` unless `continuation`
  std::string_view text;                  ///< the whole line, in UTF-8, without its end
  std::string_view content;               ///< `text` without its header
  std::string_view component, host, pid;  ///< empty where the header has none
  Level level = Level::kNone;
  uint32_t layout = 0;
  uint32_t template_id = kNoTemplate;  ///< kNoTemplate: empty, or in the rare pool
  bool continuation = false;
  bool empty = false;
  /// The values of the template's slots, in their order; each is a part of `content`.
  std::span<const std::string_view> slots;
};

/// Return false to stop.
using LineSink = std::function<bool(const LineEvent&)>;

/// Which lines a visit shows. A default one shows all.
struct VisitOptions {
  std::vector<uint32_t> templates;  ///< only these; empty: all
  uint64_t first_line = 1, last_line = UINT64_MAX;
  Micros from = kNoTime, to = kNoTime;  ///< only lines with a time in [from, to); kNoTime: no bound
  bool empty_lines = true;              ///< show them too, so that every line number comes by
};

/// A mined log: the summary, and the means to find its lines again. Immutable after Mine; any number of threads may
/// visit at once. The inputs' bytes must live as long.
class Mined {
 public:
  virtual ~Mined() = default;
  virtual const LogSummary& summary() const = 0;

  /// Reads the inputs again, in order, and shows each line with its template and slot values. What a line got in Mine
  /// it gets here. Costs about as much as mining on one thread.
  virtual void Visit(const VisitOptions& options, const LineSink& sink) const = 0;

  /// The time, template and slot values of a line that was not part of the inputs (a baseline, a line that came later);
  /// kNoTemplate when no template fits. Where it stands is left as it is.
  virtual void Match(std::string_view line, LineEvent* event, std::vector<std::string_view>* slots) const = 0;
  /// The same of a line that stands at `offset` of input number `input`: it decides about the year of times without one.
  virtual void MatchAt(uint32_t input, uint64_t offset, std::string_view line, LineEvent* event,
                       std::vector<std::string_view>* slots) const = 0;

  /// The line that begins at `offset` of input number `input`, in UTF-8; empty for a place outside.
  virtual std::string Line(uint32_t input, uint64_t offset) const = 0;
};

/// Finds the templates. Fails (kInvalid) when the header format or a mask rule is wrong, or when an input is no text.
Result<std::unique_ptr<const Mined>> Mine(std::span<const LogInput> inputs, const MineOptions& options);

}  // namespace yk::logs
