// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "logs/assemble.h"
#include "logs/mine.h"

namespace yk::logs {

/// What Mine makes.
class MinedLog : public Mined {
 public:
  const LogSummary& summary() const override { return summary_; }
  void Visit(const VisitOptions& options, const LineSink& sink) const override;
  void Match(std::string_view line, LineEvent* event, std::vector<std::string_view>* slots) const override;
  void MatchAt(uint32_t input, uint64_t offset, std::string_view line, LineEvent* event,
               std::vector<std::string_view>* slots) const override;
  std::string Line(uint32_t input, uint64_t offset) const override;

  Model& model() { return model_; }
  LogSummary& summary() { return summary_; }
  void FindRareExamples();

 private:
  void Understand(uint32_t input, const RawLine& line, ReadLine* read, LineEvent* event,
                  std::vector<std::string_view>* slots) const;

  Model model_;
  LogSummary summary_;
};

}  // namespace yk::logs
