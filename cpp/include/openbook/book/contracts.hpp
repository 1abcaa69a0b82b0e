// Contracts, overlays, and the clauses in them.
#pragma once

#include "openbook/clauses/activity.hpp"
#include "openbook/clauses/bands.hpp"
#include "openbook/clauses/block.hpp"
#include "openbook/clauses/capitation.hpp"
#include "openbook/clauses/challenge.hpp"
#include "openbook/clauses/forecast.hpp"
#include "openbook/clauses/fund.hpp"
#include "openbook/clauses/incentive.hpp"
#include "openbook/clauses/netting.hpp"
#include "openbook/clauses/payment.hpp"
#include "openbook/clauses/penalty.hpp"
#include "openbook/clauses/pooled_fund.hpp"
#include "openbook/clauses/share.hpp"
#include "openbook/clauses/subcontract.hpp"
#include "openbook/clauses/trigger.hpp"
#include "openbook/clauses/waterfall.hpp"

namespace openbook {

using Terms = std::variant<Block, Activity, Forecast, Bands, Capitation, Incentive, Penalty, Share, Netting, Waterfall,
                           Trigger, PooledFund, Subcontract, Fund, Challenge, Payment>;

/// Where the pennies fall when a sum is split between months or receivers.
enum class Pennies { fair, first, last, named, each };
template <>
inline std::vector<std::string> choice_names<Pennies>() {
    return {"fair", "first", "last", "named", "each"};
}

/// What becomes of a sum that is split where all weights are zero.
enum class ZeroWeights { nothing, equal, error };
template <>
inline std::vector<std::string> choice_names<ZeroWeights>() {
    return {"nothing", "equal", "error"};
}

/// One named interpretation: overrides of the clause's own fields.
struct Reading {
    std::string name, words, asserted_by;
    std::map<std::string, RawJson> overrides;
    static const Record& record();
    friend bool operator==(const Reading&, const Reading&) = default;
};

/// What every clause has, whatever its family.
struct Clause {
    std::string id, name, ref, words, subject, source;
    std::string from, to;  // parties; empty: the contract's payer and payee
    std::optional<Month> starts, ends;
    Every every = Every::month;
    Term paid_after = "0";  // months between service and payment; negative in advance
    Pennies pennies = Pennies::fair;
    std::string pennies_to;  // the party that takes them, where one is named
    ZeroWeights zero_weights = ZeroWeights::nothing;
    std::vector<Reading> readings;
    std::string reading, provisional;
    std::vector<std::string> tags;
    Terms terms;
    static const Record& record();
    friend bool operator==(const Clause&, const Clause&) = default;
};

struct Contract {
    std::string id, name, form, payer, payee;
    std::optional<Month> starts, ends;
    std::vector<Clause> clauses;
    static const Record& record();
    friend bool operator==(const Contract&, const Contract&) = default;
};

struct Overlay {
    std::string id, name;
    std::vector<std::string> parties, wraps;
    std::optional<Month> starts, ends;
    bool claims_precedence = false;
    std::vector<Clause> clauses;
    static const Record& record();
    friend bool operator==(const Overlay&, const Overlay&) = default;
};

enum class ConcessionKind { waive, credit, recalibrate };
template <>
inline std::vector<std::string> choice_names<ConcessionKind>() {
    return {"waive", "credit", "recalibrate"};
}

/// What is done in practice though the words say otherwise. Practised only.
struct Concession {
    std::string id, name, words, source;
    ConcessionKind concession = ConcessionKind::waive;
    std::string on;    // clause (waive, credit) or parameter (recalibrate)
    std::string part;  // the clause's flows with this label only; empty: all
    std::optional<Month> starts, ends;
    Term when = "true";
    Term fraction = "1";  // of a waived amount
    Term amount;          // credited amount, or the recalibrated value
    Term limit;           // most £ that one period's concession may move
    bool illustrative = false;
    static const Record& record();
    friend bool operator==(const Concession&, const Concession&) = default;
};

}  // namespace openbook
