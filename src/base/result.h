// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace yk {

/// What `Fail` returns; converts to any Result.
struct Failure {
  Error error;
};

/// A value or an Error. Shaped like std::expected, which this toolchain does not have in C++20.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit like std::expected
  Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT

  template <typename U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, Failure> && !std::is_same_v<std::remove_cvref_t<U>, T>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return Checked(), *std::get_if<0>(&state_); }
  const T& value() const& { return Checked(), *std::get_if<0>(&state_); }
  T&& value() && { return Checked(), std::move(*std::get_if<0>(&state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T value_or(T other) && { return has_value() ? std::move(*std::get_if<0>(&state_)) : std::move(other); }

  const Error& error() const& { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  void Checked() const {
    if (!has_value()) CheckFailed("Result has a value", __FILE__, __LINE__, error().ToString());
  }
  std::variant<T, Error> state_;
};

/// Success or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Failure failure) : error_(std::move(failure.error)) {}  // NOLINT
  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

inline Failure Fail(Error error) { return Failure{std::move(error)}; }
inline Failure Fail(Code code, std::string message) { return Failure{Error{code, std::move(message), {}}}; }

/// Fail(Code::kInvalid, "row {} lacks {}", row, field)
template <typename Arg, typename... Args>
Failure Fail(Code code, fmt::format_string<Arg, Args...> format, Arg&& arg, Args&&... args) {
  return Fail(code, fmt::format(format, std::forward<Arg>(arg), std::forward<Args>(args)...));
}

}  // namespace yk

// Two statements and not a statement expression: the latter crashes this compiler inside coroutines.
#define YK_CONCAT_(a, b) a##b
#define YK_CONCAT(a, b) YK_CONCAT_(a, b)
/// YK_TRY(auto x, Expr()): the value of a Result, or return its error to the caller.
#define YK_TRY(decl, ...) YK_TRY_(YK_CONCAT(yk_try_, __LINE__), decl, __VA_ARGS__)
#define YK_TRY_(tmp, decl, ...)                                     \
  auto tmp = (__VA_ARGS__);                                         \
  if (!tmp) return ::yk::Fail(std::move(tmp).error());              \
  decl = std::move(tmp).value()
/// YK_TRY_VOID(Expr()): the same for Result<void>.
#define YK_TRY_VOID(...)                                            \
  do {                                                              \
    auto yk_try_void = (__VA_ARGS__);                               \
    if (!yk_try_void) return ::yk::Fail(std::move(yk_try_void).error()); \
  } while (false)
