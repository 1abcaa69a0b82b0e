// What the clause families share: apportionment and members of a pool.
#pragma once

#include "openbook/book/quantities.hpp"

namespace openbook {

/// One party's part of an amount that is split by weight. A party that may not take part gets none and the others'
/// parts grow.
struct Part {
    std::string party;
    Term weight = "1";
    Term eligible = "true";
    static const Record& record();
    friend bool operator==(const Part&, const Part&) = default;
};

/// One band of a piecewise-linear payment: from the previous band's end up to `to`, each unit is paid at `rate`.
struct Band {
    Term to;  // empty: no limit
    Term rate;
    static const Record& record();
    friend bool operator==(const Band&, const Band&) = default;
};

/// One party's own variance inside a pool, + = underspend.
struct Member {
    std::string party;
    Term variance;
    Term weight = "1";
    Term eligible = "true";
    static const Record& record();
    friend bool operator==(const Member&, const Member&) = default;
};

}  // namespace openbook
