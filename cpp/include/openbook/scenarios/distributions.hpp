// Distributions: how the value of one period is spread.
#pragma once

#include "openbook/book/quantities.hpp"

namespace openbook {

struct Normal {
    Term mean = "0", deviation;
    static const Record& record();
    friend bool operator==(const Normal&, const Normal&) = default;
};
struct Lognormal {
    Term mean = "1", deviation;
    static const Record& record();
    friend bool operator==(const Lognormal&, const Lognormal&) = default;
};
struct Triangular {
    Term low, mode, high;
    static const Record& record();
    friend bool operator==(const Triangular&, const Triangular&) = default;
};
struct Pert {
    Term low, mode, high;
    static const Record& record();
    friend bool operator==(const Pert&, const Pert&) = default;
};
struct Beta {
    Term alpha, beta, low = "0", high = "1";
    static const Record& record();
    friend bool operator==(const Beta&, const Beta&) = default;
};
struct Poisson {
    Term mean;
    static const Record& record();
    friend bool operator==(const Poisson&, const Poisson&) = default;
};
struct NegativeBinomial {
    Term mean, dispersion;
    static const Record& record();
    friend bool operator==(const NegativeBinomial&, const NegativeBinomial&) = default;
};
struct Empirical {
    std::vector<Decimal> values;
    static const Record& record();
    friend bool operator==(const Empirical&, const Empirical&) = default;
};
/// Like a normal with heavier tails; `scale` is not the standard deviation.
struct StudentT {
    Term location = "0", scale, degrees_of_freedom;
    static const Record& record();
    friend bool operator==(const StudentT&, const StudentT&) = default;
};
struct Pareto {
    Term minimum, shape;
    static const Record& record();
    friend bool operator==(const Pareto&, const Pareto&) = default;
};
struct Fixed {
    Term value;
    friend bool operator==(const Fixed&, const Fixed&) = default;
};

enum class Shape {
    fixed,
    normal,
    lognormal,
    student_t,
    triangular,
    pert,
    beta,
    pareto,
    poisson,
    negative_binomial,
    empirical
};
template <>
inline std::vector<std::string> choice_names<Shape>() {
    return {"fixed", "normal", "lognormal", "student_t",         "triangular", "pert",
            "beta",  "pareto", "poisson",   "negative_binomial", "empirical"};
}

/// A distribution inside something else: of a regime, of a calendar month, of a severity, of an amplitude. Only the
/// fields of its shape may be given.
struct Distribution {
    Shape shape = Shape::normal;
    Term value, mean, deviation, location, scale, degrees_of_freedom, low, mode, high, alpha, beta, minimum, tail,
        dispersion;
    std::vector<Decimal> values;
    static const Record& record();
    friend bool operator==(const Distribution&, const Distribution&) = default;
};

}  // namespace openbook
