#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// A payment that is piecewise-linear in a quantity: cost and volume, floors, ceilings, caps, collars, marginal rates.
struct Bands {
    Term quantity, base = "0", edges_of, price = "1", on_account = "0";
    std::vector<Band> bands;
    static const Record& record();
    friend bool operator==(const Bands&, const Bands&) = default;
};

}  // namespace openbook
