// SPDX-License-Identifier: Apache-2.0
#include "model/doubts.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "text/field_ranges.h"

namespace yk::model {
namespace {

constexpr double kSure = 0.9995;

double Rounded(double probability) { return std::round(probability * 1000) / 1000; }

/// Takes "12-15:0.831" from the front of `text`.
std::optional<Doubt> TakeDoubt(std::string_view& text) {
  Doubt doubt;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  const auto number = [&](auto& value, char before) {
    if (before != 0 && (at == end || *at++ != before)) return false;
    const auto [next, error] = std::from_chars(at, end, value);
    at = next;
    return error == std::errc();
  };
  if (!number(doubt.begin, 0) || !number(doubt.end, '-') || !number(doubt.probability, ':')) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(at - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return doubt;
}

}  // namespace

void DoubtList::Add(size_t bytes, double logprob) {
  const size_t begin = bytes_;
  bytes_ += bytes;
  // Not a number says nothing in favour of the token.
  const double probability = logprob <= 0 ? std::exp(logprob) : logprob > 0 ? 1.0 : 0.0;
  if (bytes > 0 && probability < kSure) doubts_.push_back({begin, bytes_, Rounded(probability)});
}

std::string WriteDoubts(const std::optional<Doubts>& doubts) {
  if (!doubts) return "";
  if (doubts->empty()) return "-";
  std::string out;
  for (const Doubt& doubt : *doubts) {
    fmt::format_to(std::back_inserter(out), "{}{}-{}:{}", out.empty() ? "" : " ", doubt.begin, doubt.end,
                   doubt.probability);
  }
  return out;
}

std::optional<Doubts> ReadDoubts(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Doubts doubts;
  if (text == "-") return doubts;
  while (!text.empty()) {
    const auto doubt = TakeDoubt(text);
    if (!doubt) return std::nullopt;
    doubts.push_back(*doubt);
  }
  return doubts;
}

Json FieldConfidence(std::string_view body, const Doubts& doubts) {
  Json confidence = Json::object();
  for (const text::FieldRange& field : text::FieldRanges(body)) {
    double least = 1;
    for (const Doubt& doubt : doubts) {
      if (doubt.begin < field.value.end && field.value.begin < doubt.end) least = std::min(least, doubt.probability);
    }
    confidence[field.name] = least;
  }
  return confidence;
}

}  // namespace yk::model
