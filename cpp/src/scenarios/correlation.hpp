// Correlation matrices, their triangular factor, and the nearest valid matrix to an impossible one (Eigen).
#pragma once

#include <vector>

namespace openbook::scenarios {

/// Row-major n x n. Lower triangular L with L * L' = correlation. Throws std::invalid_argument with the reason (not
/// symmetric, diagonal not one, entry outside [-1, 1], not positive semi-definite with its smallest eigenvalue).
std::vector<double> cholesky(const std::vector<double>& correlation, std::size_t n);
/// True where `cholesky` would not throw.
bool is_correlation(const std::vector<double>& correlation, std::size_t n);
/// Nearest correlation matrix in the Frobenius norm (Higham's alternating projections), with smallest eigenvalue at
/// least 1e-8, rounded to 6 decimals and still valid.
std::vector<double> nearest_correlation(const std::vector<double>& matrix, std::size_t n);

}  // namespace openbook::scenarios
