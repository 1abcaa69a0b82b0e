// The book compiled: a graph, what it posts to the ledger, and how each figure came about.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/graph.hpp"
#include "openbook/book/book.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {

/// What is paid, what a world without any concession would pay, and what the words make of the history as practised.
/// In the last, nothing is conceded yet in the period that is asked for: what a concession is decided on.
enum class World { practised, written_world, words, provisional };
inline constexpr int worlds = 3;  // that are posted
/// What these are called where results show them and requests ask for them, in their order.
inline constexpr const char* basis_names[worlds] = {"practised", "written_world", "written"};

/// What went before is as practised, but in the world that has a history of its own.
inline World history_of(World world) {
    return world == World::written_world ? world : World::practised;
}

struct Trace;
using TracePtr = std::shared_ptr<const Trace>;

/// How a figure came about, in the book's own terms. Values are looked up by node when somebody asks.
struct Trace {
    std::string kind;  // position, entry, clause, formula, input, parameter, constant; driver and what it shares
    std::string label;
    std::string unit;
    std::string formula;
    std::string source;
    std::string operation;  // the function or operator, for notes on branches
    bool illustrative = false;
    NodeId node = no_node;
    std::vector<TracePtr> children;
    const std::vector<std::string>* members = nullptr;  // names of the node's members, in the book
    std::vector<std::string> words;                     // what the values 0, 1, ... stand for; the last for all above
    NodeId drawn = no_node;  // of an input: what its parts explain; data in its place have no parts
    const std::vector<std::string>* category_words = nullptr;  // of a category: what the values 1, 2, ... are called
    std::string asked;                                         // the member that is meant, of values below that have it
};

/// Money that moves once, in the three worlds.
struct Posting {
    std::string key;  // stable: the same posting of the same book always has it
    int clause = -1;  // index into Plan::clauses; -1: cost or funding
    std::string from, to, label, kind, contract, title;
    std::string owner;  // id of the clause, cost or funding
    int service_from = 0, service_to = 0, posting = 0, due = 0;
    Every every = Every::month;
    int period = 0;
    bool to_payer = false;  // money back to the clause's own payer
    NodeId amount[worlds] = {no_node, no_node, no_node};
    TracePtr trace[worlds];
};

struct CompiledClause {
    std::string id, name, ref, container, container_name, reading;
    std::string path;
    Every every = Every::month;
    bool overlay = false, provisional = false, unread = false;
    std::vector<std::string> readings;
};

struct Superseded {
    std::string clause, by, subject;
};

struct NamedValue {
    std::string id, label;
    Every every = Every::month;
    int period = 0;
    NodeId node = no_node;
    std::string unit;
    TracePtr trace;
    const std::vector<std::string>* words = nullptr;  // of a category
};

/// A quantity with a dimension; its trace names the members.
struct ValueOfMembers {
    NamedValue value;
    std::string dimension;
};

/// What must not be when a book is settled, found out on the data: a negative weight, a forbidden change of status.
struct Requirement {
    NodeId broken = no_node;                            // 1 for each member for which it is broken
    std::vector<NodeId> shown;                          // figures for {0}, {1}, ... in the message
    const std::vector<std::string>* words = nullptr;    // what these are called, where they are of a category
    const std::vector<std::string>* members = nullptr;  // of `broken`
    std::string code, path, where, message;
    int month = 0;  // first month of the period
    std::string label;
};

struct Tracked {
    std::string formula, label;
    Every every = Every::month;
    int period = 0;
    NodeId node = no_node;
};

struct PositionNode {
    std::string party;
    World world = World::practised;
    Every every = Every::year;
    int period = 0;
    NodeId node = no_node;
    TracePtr trace;
};

/// How one change is laid over a value: hold keeps the last value before it, missing takes the value away.
enum class Laid { set, add, scale, hold, missing };
}  // namespace openbook::engine
namespace openbook {
template <>
inline std::vector<std::string> choice_names<engine::Laid>() {
    return {"set", "add", "scale", "hold", "missing"};
}
}  // namespace openbook
namespace openbook::engine {

/// A change laid over something in some months: what the shocks of scenarios come down to.
struct Change {
    std::string on;      // an id, or the path of a term or of a driver
    std::string member;  // of a dimension; empty: all
    Laid how = Laid::scale;
    Term value;
    Exact weight = 1;      // how much of the change there is: 0 nothing, 1 all
    bool of_plan = false;  // the value is a factor on the input's plan
    std::optional<Month> starts, ends;
    std::string words;  // what explanations say
    friend bool operator==(const Change&, const Change&) = default;
};

/// What to compile besides the book itself.
struct CompileRequest {
    std::map<std::string, std::string> readings;      // clause -> reading
    std::map<std::string, std::string> alternatives;  // parameter -> alternative
    std::vector<Change> shocks;
    bool simulate = false;  // inputs take their drivers
    std::vector<std::string> track;
    Every track_every = Every::month;
    std::vector<Every> position_calendars = {Every::year, Every::term};
    bool amounts_only = false;      // postings of the practised world and nothing else
    bool every_reading = false;     // with amounts_only: all readings of open clauses, see Plan::switches
    std::vector<std::string> open;  // paths of terms whose plain numbers are kept apart, for derivatives by them

    friend bool operator==(const CompileRequest&, const CompileRequest&) = default;
};

/// An input that is 1 where a clause's reading holds, and 0 where another does.
struct ReadingSwitch {
    std::string clause, reading;
    std::size_t slot = 0;
};

struct Plan {
    std::shared_ptr<const Book> book;
    Graph graph;
    std::vector<CompiledClause> clauses;
    std::vector<Posting> postings;
    std::vector<PositionNode> positions;
    std::map<std::string, NodeId> opening_cash;
    std::vector<NamedValue> quantities;
    std::vector<ValueOfMembers> quantities_of_members;  // not in simulations
    std::vector<Tracked> tracked;
    std::vector<Requirement> requirements;
    std::vector<Superseded> superseded;
    std::vector<Problem> warnings;
    std::vector<ReadingSwitch> switches;  // of every_reading; none where readings cannot stand in one plan
};

/// Throws BookError (cycles, units, unknown names, impossible correlations) and ReadingError.
std::shared_ptr<const Plan> compile(std::shared_ptr<const Book> book, const CompileRequest& request);

}  // namespace openbook::engine
