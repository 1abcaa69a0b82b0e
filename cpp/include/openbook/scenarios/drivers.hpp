// Uncertain quantities.
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

using Distribution = std::variant<Normal, Lognormal, Triangular, Pert, Beta, Poisson, NegativeBinomial, Empirical>;

enum class Effect { value, factor, addition };
template <>
inline std::vector<std::string> choice_names<Effect>() {
    return {"value", "factor", "addition"};
}

enum class Drawn { together, each };
template <>
inline std::vector<std::string> choice_names<Drawn>() {
    return {"together", "each"};
}

struct Driver {
    std::string id, name, stream, of, source;
    Effect effect = Effect::factor;
    Drawn members = Drawn::together;
    Term autoregression = "0";
    bool illustrative = false;
    Distribution distribution;
    static const Record& record();
    friend bool operator==(const Driver&, const Driver&) = default;
};

struct Correlation {
    std::string id;
    std::vector<std::string> drivers;
    std::vector<std::vector<Decimal>> matrix;
    std::string source;
    static const Record& record();
    friend bool operator==(const Correlation&, const Correlation&) = default;
};

}  // namespace openbook
