// SPDX-License-Identifier: Apache-2.0
#include "steps/filter_step.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "pipeline/spec_reader.h"
#include "text/normalize.h"
#include "text/numbers.h"
#include "text/schema.h"

namespace yk::steps {
namespace {

struct Tests {
  std::optional<Json> equals;
  std::vector<Json> in, none_of;
  std::optional<double> min, max;
  std::string contains;
  std::optional<bool> exists;
};

std::optional<double> AsNumber(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto text = value.get<std::string>();
  if (const auto decimal = text::ParseNumber(text)) return decimal->ToDouble();
  // What people do not write but programs do: 1.5e-9, and more digits than a Decimal holds.
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

/// The number itself, every digit of it; none where a value is no number.
std::optional<Json> ExactNumber(const Json& value) {
  if (value.is_number()) return value;
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  const auto decimal = text::ParseNumber(text);
  auto number = ParseJson(decimal ? decimal->ToString() : text);
  if (!number || !number->is_number()) return std::nullopt;
  return std::move(number).value();
}

std::string Folded(const Json& value) {
  return text::FoldString(value.is_string() ? value.get<std::string>() : DumpJson(value), {.case_fold = true});
}

/// Two texts are compared as texts ("007" is not "7"); a number compares with a text that reads as one.
bool Same(const Json& a, const Json& b) {
  if (text::JsonEquals(a, b)) return true;
  if (a.is_number() || b.is_number()) {
    const auto x = ExactNumber(a);
    const auto y = ExactNumber(b);
    if (x && y) return text::JsonEquals(*x, *y);
  }
  return !a.is_null() && !b.is_null() && Folded(a) == Folded(b);
}

/// A list matches when one of its items does.
template <typename Test>
bool AnyItem(const Json& value, Test test) {
  if (!value.is_array()) return test(value);
  return std::any_of(value.begin(), value.end(), test);
}

bool Present(const Json& value) {
  return !value.is_null() && !(value.is_string() && Folded(value).empty()) && !(value.is_array() && value.empty());
}

/// Whether a value, or an item of the list, lies within min and max. Nothing lies nowhere. kInvalid: it is no number,
/// so nobody can say.
Result<bool> InRange(const Tests& tests, const std::string& field, const Json& value) {
  bool holds = false;
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    if (!Present(item)) continue;
    const auto number = AsNumber(item);
    if (!number) {
      return Fail(Code::kInvalid, "filter compares the field '{}' with {}, and its value {} is no number", field,
                  tests.min ? "min" : "max", DumpJson(item));
    }
    holds = holds || ((!tests.min || *number >= *tests.min) && (!tests.max || *number <= *tests.max));
  }
  return holds;
}

/// Every test but min and max.
bool Holds(const Tests& tests, const Json& value) {
  const bool present = Present(value);
  if (tests.exists && *tests.exists != present) return false;
  if (tests.equals && !AnyItem(value, [&](const Json& item) { return Same(item, *tests.equals); })) return false;
  const auto among = [&](const std::vector<Json>& list) {
    return AnyItem(value, [&](const Json& item) {
      return std::any_of(list.begin(), list.end(), [&](const Json& one) { return Same(item, one); });
    });
  };
  if (among(tests.none_of) || (!tests.in.empty() && !among(tests.in))) return false;
  return tests.contains.empty() || AnyItem(value, [&](const Json& item) {
           return !item.is_null() && Folded(item).find(tests.contains) != std::string::npos;
         });
}

class FilterStep final : public pipeline::Step {
 public:
  FilterStep(std::string field, Tests tests, std::string place)
      : field_(std::move(field)), tests_(std::move(tests)), place_(std::move(place)) {}

  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override {
    if (std::find(before.begin(), before.end(), field_) != before.end()) return before;
    const std::vector<std::string_view> known(before.begin(), before.end());
    const std::string near = pipeline::Nearest(field_, known);
    return Fail(Code::kInvalid, "{}: filter looks at the field '{}', which no earlier step makes{}", place_, field_,
                near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
  }

  void Process(pipeline::RowTask& task, pipeline::StepDone done) override {
    const auto found = task.values.find(field_);
    const Json value = found == task.values.end() ? Json() : *found;
    Result<bool> keep = Holds(tests_, value);
    if (*keep && (tests_.min || tests_.max)) keep = InRange(tests_, field_, value);
    if (!keep) return done(pipeline::StepOutcome::End(store::RowStatus::kFailed, keep.error(), "filter"));
    done(*keep ? pipeline::StepOutcome::Next() : pipeline::StepOutcome::Filtered());
  }

 private:
  const std::string field_;
  const Tests tests_;
  const std::string place_;
};

}  // namespace

Result<std::unique_ptr<pipeline::Step>> MakeFilterStep(const pipeline::StepSpec& spec, const pipeline::Places& places) {
  YK_TRY(auto reader, pipeline::ObjectReader::Open(spec.config, spec.pointer, places, "step filter"));
  YK_TRY(std::string field, reader.String("field", ""));
  Tests tests;
  if (reader.Has("equals")) tests.equals = reader.Any("equals");
  if (tests.equals && tests.equals->is_array()) return reader.Wrong("equals", "must be one value; 'in' takes a list");
  // `not: [a, b]` keeps what is neither.
  if (const Json& differs = reader.Any("not"); differs.is_array())
    tests.none_of.assign(differs.begin(), differs.end());
  else if (!differs.is_null())
    tests.none_of = {differs};
  const Json& in = reader.Any("in");
  if (in.is_array())
    tests.in.assign(in.begin(), in.end());
  else if (!in.is_null())
    return reader.Wrong("in", "must be a list of values");
  const bool has_min = reader.Has("min");
  const bool has_max = reader.Has("max");
  YK_TRY(const double min, reader.Number("min", 0, -1e300, 1e300));
  YK_TRY(const double max, reader.Number("max", 0, -1e300, 1e300));
  if (has_min) tests.min = min;
  if (has_max) tests.max = max;
  YK_TRY(const std::string contains, reader.String("contains", ""));
  tests.contains = text::FoldString(contains, {.case_fold = true});
  if (reader.Has("exists")) {
    YK_TRY(tests.exists, reader.Bool("exists", true));
  } else {
    (void)reader.Any("exists");
  }
  (void)reader.Any("equals");
  YK_TRY_VOID(reader.Finish());
  const std::string place = places.Of(spec.pointer);
  if (field.empty())
    return Fail(Code::kInvalid, "{}: step filter needs a 'field', for example 'filter: {{field: amount, min: 1000}}'",
                place);
  if (!tests.equals && tests.none_of.empty() && tests.in.empty() && !tests.min && !tests.max &&
      tests.contains.empty() && !tests.exists) {
    return Fail(Code::kInvalid, "{}: step filter needs a test: equals, not, in, min, max, contains or exists{}", place,
                reader.Has("equals") ? " (a field without a value is 'exists: false')" : "");
  }
  return std::unique_ptr<pipeline::Step>(std::make_unique<FilterStep>(std::move(field), std::move(tests), place));
}

}  // namespace yk::steps
