// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace yk::pipeline {

/// Where each value of a spec stands: JSON pointer -> "job.yaml:7", or "--set run.retries=x".
class Places {
 public:
  Places() = default;
  explicit Places(std::string file) : file_(std::move(file)) {}
  void Add(std::string pointer, int line);
  /// For a value that does not stand in the file: `place` is what messages say.
  void AddOther(std::string pointer, std::string place) { places_[std::move(pointer)] = std::move(place); }
  /// "job.yaml:7" of the value or of the nearest thing around it that has a line.
  std::string Of(std::string pointer) const;
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::map<std::string, std::string> places_;
};

/// The candidate nearest to `word` by edit distance, or empty when none is near.
std::string Nearest(std::string_view word, std::span<const std::string_view> candidates);

/// Reads one object of a spec and remembers which keys were asked for. Every mistake is a sentence with file and line.
class ObjectReader {
 public:
  /// `what` names the object in messages: "step map", "run".
  static Result<ObjectReader> Open(const Json& value, std::string pointer, const Places& places, std::string what);

  bool Has(std::string_view key) const;
  Result<std::string> String(std::string_view key, std::string fallback);
  Result<int64_t> Integer(std::string_view key, int64_t fallback, int64_t min, int64_t max);
  Result<double> Number(std::string_view key, double fallback, double min, double max);
  Result<bool> Bool(std::string_view key, bool fallback);
  Result<std::string> OneOf(std::string_view key, std::string fallback, std::span<const std::string_view> allowed);
  /// A string or a list of strings.
  Result<std::vector<std::string>> Strings(std::string_view key);
  /// "90s", "10m", "2h", "1d" or a number of seconds.
  Result<std::chrono::milliseconds> Time(std::string_view key, std::chrono::milliseconds fallback);
  /// Any value; null when absent.
  const Json& Any(std::string_view key);

  /// kInvalid for the first key nobody asked for, with the nearest valid key.
  Result<void> Finish() const;

  /// "job.yaml:7: step map: <message>"
  Failure Wrong(std::string_view key, std::string_view message) const;
  std::string Pointer(std::string_view key) const { return pointer_ + "/" + std::string(key); }
  const Places& places() const { return *places_; }

 private:
  const Json* Find(std::string_view key);
  const Json* value_ = nullptr;
  std::string pointer_;
  const Places* places_ = nullptr;
  std::string what_;
  std::vector<std::string> asked_;
};

}  // namespace yk::pipeline
