// SPDX-License-Identifier: Apache-2.0
#include "matrix.h"

#include <algorithm>
#include <cmath>

#include "random.h"

namespace yk::models {
namespace {

// Solves A x = b in place for each column b, by Cholesky; A is symmetric, positive definite and overwritten.
void SolveSymmetric(std::vector<double>& a, size_t n, std::vector<std::vector<double>>& columns) {
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
    }
  }
  for (auto& x : columns) {
    for (size_t i = 0; i < n; ++i) {
      for (size_t k = 0; k < i; ++k) x[i] -= a[i * n + k] * x[k];
      x[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
      for (size_t k = i + 1; k < n; ++k) x[i] -= a[k * n + i] * x[k];
      x[i] /= a[i * n + i];
    }
  }
}

}  // namespace

double Dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

Matrix OrthonormalRows(size_t rows, size_t cols, uint64_t seed, std::string_view name) {
  Matrix m(rows, cols);
  for (size_t r = 0; r < rows; ++r) {
    const auto row = m.Row(r);
    RowRandom random(seed, name, r);
    for (float& value : row) value = random.Next(1);
    for (int pass = 0; pass < 2; ++pass) {
      for (size_t before = 0; before < r; ++before) {
        const auto other = m.Row(before);
        const auto share = static_cast<float>(Dot(row, other));
        for (size_t i = 0; i < cols; ++i) row[i] -= share * other[i];
      }
      const auto length = static_cast<float>(std::sqrt(Dot(row, row)));
      for (float& value : row) value /= length;
    }
  }
  return m;
}

Matrix LeastNorm(const Matrix& inputs, const Matrix& targets) {
  const size_t n = inputs.rows;
  const double ridge = 1e-4 * static_cast<double>(inputs.cols);
  std::vector<double> gram(n * n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) gram[i * n + j] = Dot(inputs.Row(i), inputs.Row(j)) + (i == j ? ridge : 0);
  }
  std::vector<std::vector<double>> columns(targets.cols, std::vector<double>(n));
  for (size_t t = 0; t < targets.cols; ++t) {
    for (size_t i = 0; i < n; ++i) columns[t][i] = static_cast<double>(targets.Row(i)[t]);
  }
  SolveSymmetric(gram, n, columns);
  Matrix result(targets.cols, inputs.cols);
  for (size_t t = 0; t < targets.cols; ++t) {
    const auto row = result.Row(t);
    for (size_t i = 0; i < n; ++i) {
      const auto input = inputs.Row(i);
      const auto weight = static_cast<float>(columns[t][i]);
      for (size_t k = 0; k < inputs.cols; ++k) row[k] += weight * input[k];
    }
  }
  return result;
}

}  // namespace yk::models
