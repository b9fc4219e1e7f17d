// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "reader/document.h"

namespace yk::pipeline {

/// One unit of input, as a source loads it.
struct Row {
  int64_t row_id = 0;
  std::string file;  ///< as shown to users: relative to the job file where possible; empty for rows without a file
  int page = 0;      ///< 1-based; 0 when the row is not one page
  Json fields = Json::object();  ///< columns; templates know them as {{column}}, beside {{text}}, {{file}}, {{page}}
  std::shared_ptr<const reader::Document> document;  ///< set for documents and pages
};

}  // namespace yk::pipeline
