#include "scenarios/correlation.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <stdexcept>
#include <string>

namespace openbook::scenarios {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix matrix_of(const std::vector<double>& values, std::size_t n) {
    if (values.size() != n * n)
        throw std::invalid_argument("a matrix of " + std::to_string(n) + " drivers has " + std::to_string(values.size()) + " values; expected " + std::to_string(n * n));
    const auto size = static_cast<Eigen::Index>(n);
    return Eigen::Map<const Matrix>(values.data(), size, size);
}

std::string shown(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

double smallest_eigenvalue(const Matrix& matrix) {
    if (matrix.rows() == 0) return 0;
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(matrix, Eigen::EigenvaluesOnly);
    return solver.eigenvalues().minCoeff();
}

/// What is wrong with the matrix, or nothing.
std::string fault(const Matrix& matrix) {
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j < matrix.cols(); ++j) {
            const std::string place = "row " + std::to_string(i + 1) + ", column " + std::to_string(j + 1);
            if (!std::isfinite(matrix(i, j))) return "the correlation in " + place + " is not finite";
            if (i == j && matrix(i, j) != 1) return "the correlation of a driver with itself in " + place + " is " + shown(matrix(i, j)) + "; expected 1";
            if (matrix(i, j) < -1 || matrix(i, j) > 1) return "the correlation in " + place + " is " + shown(matrix(i, j)) + "; expected between -1 and 1";
            if (std::fabs(matrix(i, j) - matrix(j, i)) > 1e-12) return "the matrix is not symmetric: " + place + " says " + shown(matrix(i, j)) + ", its mirror " + shown(matrix(j, i));
        }
    const double smallest = smallest_eigenvalue(matrix);
    // A singular matrix is fine; rounding may put its zero a little below.
    if (smallest < -1e-10) return "no variables can have these correlations at once: the smallest eigenvalue is " + shown(smallest) + ", below 0";
    return {};
}

}  // namespace

std::vector<double> cholesky(const std::vector<double>& correlation, std::size_t n) {
    const Matrix matrix = matrix_of(correlation, n);
    if (const std::string why = fault(matrix); !why.empty()) throw std::invalid_argument(why);
    // Row by row, so that an appended driver leaves the rows of the others as they were; a singular direction gets a zero.
    std::vector<double> factor(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = correlation[i * n + j];
            for (std::size_t k = 0; k < j; ++k) sum -= factor[i * n + k] * factor[j * n + k];
            if (i == j) factor[i * n + j] = sum > 1e-12 ? std::sqrt(sum) : 0.0;
            else factor[i * n + j] = factor[j * n + j] > 0 ? sum / factor[j * n + j] : 0.0;
        }
    return factor;
}

bool is_correlation(const std::vector<double>& correlation, std::size_t n) {
    return correlation.size() == n * n && fault(matrix_of(correlation, n)).empty();
}

std::vector<double> nearest_correlation(const std::vector<double>& values, std::size_t n) {
    Matrix given = matrix_of(values, n);
    for (Eigen::Index i = 0; i < given.rows(); ++i)
        for (Eigen::Index j = 0; j < given.cols(); ++j)
            if (!std::isfinite(given(i, j))) given(i, j) = i == j ? 1 : 0;
    const Matrix symmetric = (given + given.transpose()) / 2;
    // Alternating projections with Dykstra's correction (Higham, 2002): onto the cone of positive matrices, then onto a unit diagonal.
    constexpr double floor_value = 1e-8;
    Matrix unit = symmetric, correction = Matrix::Zero(given.rows(), given.cols());
    for (int step = 0; step < 500; ++step) {
        const Matrix moved = unit - correction;
        const Eigen::SelfAdjointEigenSolver<Matrix> solver(moved);
        const Eigen::VectorXd clipped = solver.eigenvalues().cwiseMax(floor_value);
        const Matrix positive = solver.eigenvectors() * clipped.asDiagonal() * solver.eigenvectors().transpose();
        correction = positive - moved;
        Matrix next = positive;
        next.diagonal().setOnes();
        const double change = (next - unit).norm();
        unit = next;
        if (change < 1e-10) break;
    }
    // Rounding to six decimals may cost the last bit of validity: shrink towards independence until it is back.
    for (double shrink = 0; shrink < 1; shrink = shrink == 0 ? 1e-6 : shrink * 2) {
        std::vector<double> rounded(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                const double value = i == j ? 1.0 : (1 - shrink) * unit(static_cast<Eigen::Index>(std::min(i, j)), static_cast<Eigen::Index>(std::max(i, j)));
                rounded[i * n + j] = std::round(value * 1e6) / 1e6;
            }
        if (is_correlation(rounded, n)) return rounded;
    }
    std::vector<double> independent(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) independent[i * n + i] = 1;
    return independent;
}

}  // namespace openbook::scenarios
