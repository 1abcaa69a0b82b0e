// Settlement: the plan on actual data, exactly, at any date, against what was already posted.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/packed.hpp"
#include "engine/plan.hpp"
#include "engine/plans.hpp"

namespace openbook::engine {

/// What an earlier settlement posted: enough to find what it covers and how much it said.
struct PostedEntry {
    std::string id, basis, kind;
    Exact amount;
};

/// The values of one input, one per period and member, member fastest. Copies share them.
class Given {
public:
    Given() : Given(Members{}) {}
    /// `odd`: numbers that do not fit beside the packed ones, by their place.
    explicit Given(Held held, std::map<std::size_t, Exact> odd = {})
        : held_(std::make_shared<const Held>(std::move(held))), odd_(std::move(odd)) {}

    [[nodiscard]] std::size_t size() const { return size_of(*held_); }
    [[nodiscard]] bool has(std::size_t at) const { return engine::has(*held_, at) || odd_.contains(at); }
    [[nodiscard]] Held part(std::size_t first, std::size_t count) const;

private:
    std::shared_ptr<const Held> held_;
    std::map<std::size_t, Exact> odd_;
};

struct SettleRequest {
    std::map<std::string, Given> inputs;
    std::map<std::string, std::vector<std::string>> reasons;  // why values are missing, in the same places
    /// Inputs without data take their plan, and so do periods of which the data do not speak yet. Up to the last period
    /// with a value or a stated reason, what may be missing and is missing stays so.
    bool plan_mode = false;
    std::optional<Month> as_at;
    bool against_posted = false;
    std::vector<PostedEntry> posted;
    CompileRequest compile;
    bool disputes = true;
    int dispute_limit = 256;
};

struct Entry {
    std::string id, key, from, to, contract, clause, title, label, reading, basis, kind;
    int service_from = 0, service_to = 0, posting = 0, due = 0;
    Exact amount;
};

struct PartyPosition {
    std::string party, label;
    World basis = World::practised;
    Every every = Every::year;
    int period = 0;
    Exact amount;
};

struct GapLine {
    std::string clause, contract, label;
    int period = 0;
    Exact written, practised;
};

struct DisputeLine {
    std::string clause, reading;
    bool chosen = false;
    std::map<std::string, Exact> positions;
};

struct JointRange {
    bool exact = true;
    std::uint64_t combinations = 1;
    std::map<std::string, std::pair<Exact, Exact>> range;
};

struct CashPoint {
    std::string party;
    int month = 0;  // may lie before the calendar's start: payments in advance
    Exact received;
};

class Settlement {
public:
    std::shared_ptr<const Plan> plan;
    SettleRequest request;
    Values bound;  // what was given for each slot of the plan's inputs; none: its plan
    PlanFills plan_fills;
    Values values;
    std::vector<Entry> entries;  // the whole ledger to date, both bases
    std::vector<Entry> to_post;  // what is new against `posted`: entries, and differences
    std::vector<PartyPosition> positions;
    std::vector<CashPoint> cash;
    std::vector<GapLine> gap;
    std::vector<DisputeLine> disputes;
    JointRange joint;
    std::vector<Problem> warnings;
};

/// Throws DataError (what is missing, for which month), BookError, ReadingError.
/// Plans that `plans` knows are taken from there, and new ones are kept there.
Settlement settle(std::shared_ptr<const Book> book, SettleRequest request, Plans* plans = nullptr);

}  // namespace openbook::engine
