// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "formats/format.h"

namespace yk::formats {

/// What a container holds under one name.
struct Found {
  std::string name;  ///< its ending helps to tell the format
  std::string content;
  Parser read = nullptr;  ///< set when it is a part of the container's own format (a message) and not any file
};

/// A container that stays open between requests, so that its members can be read one after the other in one pass.
class Container {
 public:
  Container() = default;
  virtual ~Container() = default;
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  /// Whether it holds one content without a name of its own (x.csv.gz): found under any name.
  virtual bool single() const { return false; }

  /// kNotFound: there is no such member; else errors are reader::ReasonError. Cheapest in the container's order.
  virtual Result<Found> Find(const std::string& member, uint64_t bytes_max) = 0;
};

}  // namespace yk::formats
