// SPDX-License-Identifier: Apache-2.0
#include "sinks/line_sink.h"

namespace yk::sinks {
namespace {

class JsonlFormat final : public RowFormat {
 public:
  std::string Header() const override { return {}; }
  Result<std::string> Format(const store::RowResult& row) override { return row.output + "\n"; }
};

}  // namespace

std::unique_ptr<RowFormat> MakeJsonlFormat() { return std::make_unique<JsonlFormat>(); }

}  // namespace yk::sinks
