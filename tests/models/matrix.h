// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace yk::models {

/// A small dense matrix, row by row.
struct Matrix {
  Matrix(size_t rows_, size_t cols_) : rows(rows_), cols(cols_), values(rows_ * cols_) {}
  std::span<float> Row(size_t row) { return {values.data() + row * cols, cols}; }
  std::span<const float> Row(size_t row) const { return {values.data() + row * cols, cols}; }

  size_t rows, cols;
  std::vector<float> values;
};

double Dot(std::span<const float> a, std::span<const float> b);

/// Random rows of length 1, each orthogonal to the others (Gram-Schmidt, twice). rows <= cols.
Matrix OrthonormalRows(size_t rows, size_t cols, uint64_t seed, std::string_view name);

/// The smallest W (targets.cols rows) with W x = y for each row x of `inputs` and the row y of `targets` beside it:
/// W = Y^T (X X^T + ridge)^-1 X. The rows of `inputs` must be linearly independent.
Matrix LeastNorm(const Matrix& inputs, const Matrix& targets);

}  // namespace yk::models
