#include "scenarios/correlation.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string>

namespace openbook::scenarios {
namespace {

using Matrix = Eigen::MatrixXd;

constexpr double tolerance = 1e-9;            // of symmetry, of the diagonal, of an eigenvalue below zero
constexpr double smallest_eigenvalue = 1e-8;  // of the nearest matrix

Matrix matrix_of(const std::vector<double>& values, std::size_t n) {
    if (values.size() != n * n) throw std::invalid_argument("a correlation matrix needs as many rows as columns");
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const RowMajor>(values.data(), static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
}
std::vector<double> values_of(const Matrix& matrix) {
    std::vector<double> values;
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j < matrix.cols(); ++j) values.push_back(matrix(i, j));
    return values;
}
double least_eigenvalue(const Matrix& matrix) {
    if (matrix.rows() == 0) return 1;
    return Eigen::SelfAdjointEigenSolver<Matrix>(matrix, Eigen::EigenvaluesOnly).eigenvalues().minCoeff();
}

/// What is wrong with a matrix; empty: nothing.
std::string fault(const std::vector<double>& values, std::size_t n) {
    std::ostringstream what;
    what.precision(10);
    if (values.size() != n * n) return "a correlation matrix needs as many rows as columns";
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            const double value = values[i * n + j], mirrored = values[j * n + i];
            const auto place = [&] { what << "entry (" << i + 1 << ", " << j + 1 << ") is " << value; };
            if (!(std::abs(value) <= 1 + tolerance)) return place(), what << "; expected -1 to 1", what.str();
            if (i == j && std::abs(value - 1) > tolerance)
                return place(), what << "; expected 1 on the diagonal", what.str();
            if (std::abs(value - mirrored) > tolerance)
                return place(),
                       what << " but entry (" << j + 1 << ", " << i + 1 << ") is " << mirrored
                            << "; expected a symmetric matrix",
                       what.str();
        }
    const double least = least_eigenvalue(matrix_of(values, n));
    if (least < -tolerance) what << "not positive semi-definite: its smallest eigenvalue is " << least;
    return what.str();
}

Matrix with_eigenvalues_at_least(const Matrix& matrix, double least) {
    const Eigen::SelfAdjointEigenSolver<Matrix> parts(matrix);
    const Matrix result =
        parts.eigenvectors() * parts.eigenvalues().cwiseMax(least).asDiagonal() * parts.eigenvectors().transpose();
    return (result + result.transpose()) / 2;
}

Matrix rounded(Matrix matrix) {
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j <= i; ++j) {
            const double value = i == j ? 1 : std::round(matrix(i, j) * 1e6) / 1e6;
            matrix(i, j) = matrix(j, i) = std::fmin(1, std::fmax(-1, value));
        }
    return matrix;
}

}  // namespace

bool is_correlation(const std::vector<double>& correlation, std::size_t n) {
    return fault(correlation, n).empty();
}

std::vector<double> cholesky(const std::vector<double>& correlation, std::size_t n) {
    if (const std::string what = fault(correlation, n); !what.empty()) throw std::invalid_argument(what);
    std::vector<double> factor(n * n, 0.0);
    for (std::size_t j = 0; j < n; ++j) {
        double pivot = correlation[j * n + j];
        for (std::size_t k = 0; k < j; ++k) pivot -= factor[j * n + k] * factor[j * n + k];
        // A variable that the earlier ones determine has nothing of its own.
        if (pivot <= tolerance) continue;
        factor[j * n + j] = std::sqrt(pivot);
        for (std::size_t i = j + 1; i < n; ++i) {
            double rest = correlation[i * n + j];
            for (std::size_t k = 0; k < j; ++k) rest -= factor[i * n + k] * factor[j * n + k];
            factor[i * n + j] = rest / factor[j * n + j];
        }
    }
    return factor;
}

std::vector<double> nearest_correlation(const std::vector<double>& values, std::size_t n) {
    Matrix start = matrix_of(values, n);
    if (!start.allFinite()) throw std::invalid_argument("a correlation matrix needs finite numbers");
    start = ((start + start.transpose()) / 2).eval();
    // Higham (2002): projections in turn, with Dykstra's correction of the one onto the semi-definite cone.
    Matrix current = start, correction = Matrix::Zero(start.rows(), start.cols());
    for (int step = 0; step < 10'000; ++step) {
        const Matrix shifted = current - correction;
        const Matrix valid = with_eigenvalues_at_least(shifted, 0);
        correction = valid - shifted;
        Matrix next = valid;
        next.diagonal().setOnes();
        const double change = (next - current).norm();
        current = next;
        if (change <= 1e-11 * (1 + current.norm())) break;
    }
    // Rounding may make it invalid again by a little: then as little of the identity as is needed.
    Matrix result = rounded(current);
    const Matrix identity = Matrix::Identity(current.rows(), current.cols());
    for (double part = 1e-7; least_eigenvalue(result) < smallest_eigenvalue; part *= 1.25)
        result = rounded((1 - part) * current + part * identity);
    return values_of(result);
}

}  // namespace openbook::scenarios
