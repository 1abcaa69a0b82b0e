#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// First call on underspends: they cover partners' overspends, among those who may pay and receive.
struct Netting {
    std::vector<Member> members;
    static const Record& record();
    friend bool operator==(const Netting&, const Netting&) = default;
};

}  // namespace openbook
