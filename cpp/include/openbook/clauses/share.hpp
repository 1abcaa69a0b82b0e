#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

enum class Shared { gains, losses, both };
template <>
inline std::vector<std::string> choice_names<Shared>() {
    return {"gains", "losses", "both"};
}
enum class SplitRule { weight, equal, causer, where_it_falls };
template <>
inline std::vector<std::string> choice_names<SplitRule>() {
    return {"weight", "equal", "causer", "where_it_falls"};
}

/// Members of a pool share its gain or loss: each ends with its part of the pool instead of its own variance.
struct Share {
    std::vector<Member> members;
    Shared shared = Shared::both;
    SplitRule split = SplitRule::weight;
    Term rate = "1", cap, collar;
    static const Record& record();
    friend bool operator==(const Share&, const Share&) = default;
};

}  // namespace openbook
