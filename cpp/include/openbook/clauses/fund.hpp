#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

enum class Unearned { kept, redistributed };
template <>
inline std::vector<std::string> choice_names<Unearned>() {
    return {"kept", "redistributed"};
}

/// One party's part of a conditional fund.
struct FundMember {
    std::string party;
    Term weight = "1", earned = "true";
    static const Record& record();
    friend bool operator==(const FundMember&, const FundMember&) = default;
};

/// Money that each member gets if its own condition holds: sustainability funds, transitional support.
struct Fund {
    Term pot;
    std::vector<FundMember> members;
    Unearned unearned = Unearned::kept;
    static const Record& record();
    friend bool operator==(const Fund&, const Fund&) = default;
};

}  // namespace openbook
