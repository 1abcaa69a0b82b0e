// Who takes part, what they may bear, and what is delivered.
#pragma once

#include "openbook/book/describe.hpp"

namespace openbook {

enum class Role { commissioner, provider, funder, supplier, fund };
template <>
inline std::vector<std::string> choice_names<Role>() {
    return {"commissioner", "provider", "funder", "supplier", "fund"};
}
enum class LegalKind { statutory, third_sector, private_company, outside };
template <>
inline std::vector<std::string> choice_names<LegalKind>() {
    return {"statutory", "third_sector", "private", "outside"};
}

/// What a party may lawfully do under one mechanism; without an entry it may do both.
struct Bearing {
    std::string mechanism;
    bool may_pay = true;
    bool may_receive = true;
    std::string reason;
    static const Record& record();
    friend bool operator==(const Bearing&, const Bearing&) = default;
};

struct Party {
    std::string id, name;
    std::vector<Role> roles;
    LegalKind legal = LegalKind::statutory;
    std::vector<Bearing> bears;
    std::vector<std::string> tags;
    static const Record& record();
    friend bool operator==(const Party&, const Party&) = default;
};

struct Service {
    std::string id, name, unit, provider;
    static const Record& record();
    friend bool operator==(const Service&, const Service&) = default;
};

struct Dimension {
    std::string id, name;
    std::vector<std::string> members;
    std::map<std::string, std::map<std::string, std::string>> parents;  // dimension -> member -> its member there
    static const Record& record();
    friend bool operator==(const Dimension&, const Dimension&) = default;
};

}  // namespace openbook
