// From the book's words to the graph's nodes.
//
// Values are asked for by name, world and period; each is lowered once and remembered. What is asked for while it is
// being lowered needs itself: a cycle, reported by name.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "engine/along.hpp"
#include "engine/plan.hpp"
#include "formula/definitions.hpp"
#include "formula/unit.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {

using formula::Unit;

/// A lowered value with what is known of it before it is computed.
struct Typed {
    NodeId node = no_node;
    Unit unit;
    bool bare = false;   // a literal without a unit: takes the unit of its neighbour
    bool truth = false;  // a condition
    /// Where it is no limit at all: 1 or 0, for each member or for all; `no_node`: nowhere. The value itself is missing
    /// there; min, max, clip, comparisons, choices, bounds and caps know better.
    NodeId no_limit = no_node;
    std::string dimension;
    std::string category;  // whose names the values 1, 2, ... stand for
    TracePtr trace;
};

/// A value with the formula that made it, for explanations.
Typed traced(Typed value, const std::string& operation, const std::string& text, const std::vector<Typed>& operands);

/// Functions over members, and how many of their operands are values; words and constants follow.
const std::map<std::string, std::size_t>& functions_over_members();

/// From which operand on it may be said which members are taken together: a parent, a key, words.
std::size_t first_option(const std::string& function);

/// Functions that may be given names of a category; all others calculate.
bool takes_names(const std::string& name);

/// When and in which world a formula is read, and where it stands in the document.
struct Context {
    World world = World::practised;
    Every every = Every::month;
    int period = 0;
    std::string path, where;
    /// Names that hold within the formula only, such as the unknown of solve(...).
    std::shared_ptr<const std::map<std::string, Typed>> locals = nullptr;
    /// What texts are names of, where a value is expected.
    std::string category = {};
};

/// Money that a clause moves in one of its periods, in one world, before it is matched with the other worlds.
struct Flow {
    std::string from, to, label, kind;
    int service_from = 0, service_to = 0, posting = 0, due = 0;
    Typed amount;
};

struct ClausePlace {
    const Clause* clause = nullptr;
    const Contract* contract = nullptr;
    const Overlay* overlay = nullptr;
    std::string path, payer, payee;
    std::optional<Month> starts, ends;
};

/// One of a clause's readings, where all of them are lowered; `holds` is 1 or 0.
struct Variant {
    ClausePlace place;
    NodeId holds = no_node;
};

/// The term at a JSON pointer with elements of lists by number; nothing where none stands there.
const Term* term_at(const Book& book, const std::string& path);
class DriverLowering;

class Lowering {
public:
    Lowering(const Book& book, const CompileRequest& request);
    ~Lowering();

    Builder builder;
    const Book& book;
    const CompileRequest& request;

    // Formulas.
    Typed term(const Term& term, const Context& context, const std::string& label = {});
    Typed expression(const formula::Expression& e, const Context& context);
    /// A term whose value must be a number known now (dates, distribution parameters).
    Exact constant_term(const Term& term, const Context& context, const std::string& what);

    // Named values over a period of any calendar.
    Typed named(const std::string& name, World world, Every every, int period, const Context& asker);
    Typed parameter(const Parameter& parameter, World world, int month, const Context& asker);
    Typed input(const Input& input, Every every, int period, const Context& asker);
    Typed planned(const Input& input, Every every, int period, const Context& asker);
    /// A plan by members of the input's own dimension.
    Typed spread_plan(const Input& item, Typed value, const Context& context);
    Typed quantity(const Quantity& quantity, World world, int period);
    Typed framework_score(const Framework& framework, const Context& context);
    Typed measure_score(const Measure& measure, const Context& context);

    // Money.
    const std::vector<Flow>& clause_flows(std::size_t clause, World world, int period);
    const std::vector<Flow>& cost_flows(std::size_t cost, World world, int month);
    const std::vector<Flow>& funding_flows(std::size_t funding, World world, int period);
    /// `part`: of its flows those that are labelled so; empty: all.
    Typed clause_paid(const std::string& clause, World world, Every every, int period, const Context& asker,
                      const std::string& part = {});
    Typed clause_received(const std::string& clause, const std::string& party, World world, Every every, int period,
                          const Context& asker, const std::string& part = {});
    enum class Scope { everything, before_overlays, contracts, costs };
    Typed position(const std::string& party, Scope scope, World world, Every every, int period, const Context& asker);
    Typed cash(const std::string& party, World world, int end_month, const Context& asker);
    /// The incentive score as practised: credited where a concession says so.
    Typed credited(std::size_t clause, const Typed& score, const Context& context);

    std::vector<ClausePlace> clauses;
    std::map<std::size_t, std::vector<Variant>> variants;  // by clause
    std::vector<Superseded> superseded;
    std::vector<Problem> warnings;
    std::vector<Requirement> requirements;

    /// Refuses a settlement in which `broken` is 1; at once where that is known already. {0}, {1}, ... in the message
    /// are what the shown nodes come to.
    void require(NodeId broken, const std::string& code, const Context& context, const std::string& message,
                 std::vector<NodeId> shown = {}, const std::string& dimension = {}, const std::string& category = {});
    /// Fractions, scores: refused where they lie outside two bounds.
    void require_between(const Typed& value, const Exact& low, const Exact& high, const Context& context,
                         const std::string& what);
    /// Weights as they count for a total that is split by them: refused below zero, and by the rule where all are zero.
    /// `takes_part` is 1 for those among whom equal parts are made.
    std::vector<NodeId> weights_that_count(std::vector<NodeId> weights, const std::vector<NodeId>& takes_part,
                                           NodeId total, ZeroWeights rule, const std::vector<Context>& at,
                                           const std::string& what);
    /// What a status may not do from one period to the next.
    void require_transitions(const Quantity& item);
    void require_transitions(const Input& item);

    [[nodiscard]] const Calendar& calendar() const { return book.calendar; }
    [[noreturn]] void fail(const std::string& code, const Context& context, const std::string& message) const;
    /// Own periods of `own` whose first month lies in the period.
    std::vector<int> periods_within(Every own, Every every, int period, const std::string& name,
                                    const Context& asker) const;
    bool active(std::size_t clause, int period) const;
    /// The period of another calendar that the period asked for lies in; refused where it lies in no one.
    int period_around(Every every, const Context& context, const std::string& what) const;
    /// Months of a clause's period in which no other clause of its subject wins.
    int months_kept(std::size_t clause, int period);
    Typed money_or_fail(Typed value, const Context& context, const std::string& what) const;
    Typed truth_or_fail(Typed value, const Context& context, const std::string& what) const;
    /// The members of a dimension, in order.
    const std::vector<std::string>& members_named(const std::string& dimension) const {
        return dimensions_.at(dimension)->members;
    }
    const Category& category(const std::string& id) const { return *categories_.at(id); }
    bool has_party(const std::string& id) const { return parties_.contains(id); }
    const Party& party(const std::string& id) const { return *parties_.at(id); }
    std::size_t clause_index(const std::string& id, const Context& asker) const;
    /// What a clause moves by its own terms; `part` of it where something wins over it in some of the months.
    std::vector<Flow> flows_of(std::size_t clause, const ClausePlace& place, World world, int period,
                               const Exact& part);
    /// Lets the value's trace name its members.
    Typed with_members(Typed value) const;
    /// Brings values together: all on the dimension whose members belong to the others', which it gives back.
    std::string align(std::vector<Typed>& values, const Context& context, const std::string& what);
    Typed literal(const Exact& value, const Unit& unit = {}, bool bare = false) const;
    /// Whether it is no limit at all whatever the data are.
    bool never_limits(const Typed& value) const;
    /// The smaller or larger of two, where no limit is above everything: what the node and `no_limit` come to.
    Typed smaller(const Typed& a, const Typed& b);
    Typed larger(const Typed& a, const Typed& b);
    /// Not below a bound; a bound that is none holds nothing up.
    Typed not_below(const Typed& value, const Typed& bound);
    /// Single values as the members of one: the node and `no_limit`.
    Typed stack_of(const std::vector<Typed>& members);
    /// A comparison where one side is no limit: everything is below it; what is missing is not known to be.
    NodeId against_no_limit(const Typed& limit, const Typed& other, bool holds, NodeId otherwise);
    /// Where a choice of two comes to no limit.
    NodeId no_limit_of_choice(NodeId condition, const Typed& then, const Typed& otherwise);
    /// The smaller of what it is and a cap.
    NodeId capped(NodeId value, const Typed& cap);

private:
    friend class DriverLowering;
    template <class Make>
    Typed remembered(const std::string& kind, const std::string& name, World world, int period, Make make);
    void enter(const std::string& label, const std::tuple<std::string, std::string, int, int>& key);
    Typed function(const formula::Expression& e, const Context& context);
    /// Functions of values, member by member (lower_functions.cpp).
    struct Call;
    Typed of_values(const formula::Expression& e, std::vector<Typed> x, const Context& context);
    /// Functions that ask the book (lower_asking.cpp); nothing where `e` is none of them.
    std::optional<Typed> of_book(const formula::Expression& e, const Context& context);
    Typed over_period(const formula::Expression& e, const Context& context);
    Typed plan_of(const formula::Expression& e, const Context& context);
    Typed money_of_clause(const formula::Expression& e, const Context& context);
    Typed money_of_party(const formula::Expression& e, const Context& context);
    Typed cash_of_party(const formula::Expression& e, const Context& context);
    Typed reserves_of_party(const formula::Expression& e, const Context& context);
    Typed score_of(const formula::Expression& e, const Context& context);
    Typed nothing(const formula::Expression& e, const Context& context);
    Typed place_in_term(const formula::Expression& e, const Context& context);
    Typed has_begun(const formula::Expression& e, const Context& context);
    std::string party_argument(const formula::Expression& e, std::size_t index, const Context& context) const;
    Typed arithmetic(const formula::Expression& e, const Context& context);
    Typed comparison(const formula::Expression& e, const Context& context);
    /// Fails with the nearest name where nothing is called so.
    void require_known(const std::string& name, const Context& context);
    /// How values meet: what may stand beside a percentage depends on it.
    enum class Meets { in_choice, in_sum, in_difference };
    Typed same_unit(std::vector<Typed>& values, const Context& context, const std::string& what,
                    Meets meets = Meets::in_choice);
    /// Functions over the members of a dimension (lower_members.cpp), and their arguments, named operands among them.
    Typed over_members(const formula::Expression& written, const Context& context);
    /// `e` is `written` without named operands.
    Typed over_members(const formula::Expression& e, std::vector<Typed> x, const Context& context,
                       const formula::Expression& written);
    Typed kept_between(const std::vector<Typed>& x, const Along& along, const Context& context,
                       const std::string& text);
    std::optional<formula::Expression> rolled_up(const formula::Expression& plain, std::size_t values,
                                                 std::vector<Typed> x, const formula::Expression& written,
                                                 const Context& context);
    /// Functions over the members of groups, by a parent or by a key, and sums as other members ask (lower_groups.cpp);
    /// nothing where all members are one group. `named`: whether over=... or where=... is said as well.
    std::optional<Typed> over_groups(const formula::Expression& e, std::vector<Typed>& x, const Context& context,
                                     bool named);
    Typed sum_asked(const formula::Expression& e, const std::vector<Typed>& x, const Context& context);
    /// Two dimensions that cross (lower_crossing.cpp): those that something of the book is over, and those that
    /// formulas make. The dimension in which values of several meet; their crossing, made where it is not known yet.
    void find_crossings();
    const std::pair<std::string, std::string>* crossing(const std::string& dimension) const;
    std::string crossed(std::string first, std::string second, const Context& context, const std::string& what);
    std::string meeting_of(const std::vector<std::string>& names, const Context& context, const std::string& what);
    /// A dimension that a formula names, such as 'site' or 'site by age'.
    std::string known_dimension(const std::string& name, const Context& context, const std::string& what);
    /// A value for each member of a dimension that its own is an ancestor of.
    Typed spread_to(Typed value, const std::string& dimension);
    Typed spread_wider(const formula::Expression& e, Typed value, const Context& context);
    Typed member_of(const formula::Expression& e, const Typed& value, const Context& context);
    /// One member of one of two dimensions; the other remains.
    Typed slice(const formula::Expression& e, const Typed& value, std::uint32_t place, bool of_first);
    /// What is left of a dimension where a function goes over `over`.
    std::string remaining(const std::string& dimension, const std::string& over, const Context& context,
                          const std::string& text) const;
    /// The places of a crossing's pairs in the order of the second dimension and then of the first, or back.
    std::vector<std::uint32_t> turned(const std::string& dimension, bool back) const;
    /// A dimension of the pairs in that order.
    const std::string& turned_dimension(const std::string& dimension);
    Typed first_or_last(const formula::Expression& e, const Typed& value, const Along& along, NodeId where,
                        const Context& context);
    /// Functions that look into other periods, and of dates (lower_time.cpp); nothing where `e` is none of them.
    std::optional<Typed> over_time(const formula::Expression& e, const Context& context);
    std::optional<Typed> of_dates(const formula::Expression& e, const Context& context);
    /// The calendar of something named.
    Every own_calendar(const std::string& name) const;
    /// A named thing in an earlier or the same period: earlier ones are history, which is what was practised.
    Typed spread_as(const std::string& name, Typed value);
    Typed in_period(const std::string& name, Every own, int period, int now, const Context& context);
    /// Curves, tables, and factors that are solved for (lower_lookup.cpp).
    Typed curve_function(const formula::Expression& e, const Context& context);
    Typed lookup(const formula::Expression& e, const Context& context);
    /// Units of scale (lower_units.cpp).
    Typed in_unit(const formula::Expression& e, const Context& context);
    /// Percentage points beside percentages become percentages.
    void join_points(std::vector<Typed>& values) const;
    /// Fails where a plain number stands beside a percentage as if it were percent.
    void refuse_bare_percent(const std::vector<Typed>& values, const Context& context, const std::string& what,
                             Meets meets) const;
    /// Names as values (lower_categories.cpp).
    Typed name_of_category(const std::string& category, const std::string& name, const Context& context) const;
    Typed by_category(const formula::Expression& e, const Context& context);
    std::string same_category(const std::vector<Typed>& values, const Context& context, const std::string& what) const;
    void require_order(const std::vector<Typed>& values, const Context& context, const std::string& text) const;
    void refuse_categories(const std::vector<Typed>& values, const Context& context, const std::string& text) const;
    void require_transitions(const Category& category, const std::string& id, const std::string& path, Every every,
                             const std::function<Typed(int)>& value_in);
    /// Why a value is missing: of the first input in a formula that is (lower_categories.cpp).
    Typed reason(const formula::Expression& e, const Context& context);
    Typed reason_of(const Input& item, int period);
    static constexpr const char* missing_reasons = "missing reason";
    void inputs_in(const formula::Expression& e, std::vector<const Input*>& inputs) const;
    /// Members that a sum leaves out: those that are missing, or missing for one of the reasons that are named.
    NodeId left_out(const formula::Expression& e, const Typed& value, const std::vector<std::string>& reasons,
                    const Context& context);
    /// A call of a definition of the book (lower_definitions.cpp).
    void names_do_not_add_up(const std::vector<Typed>& parts, Aggregate how, const std::string& id,
                             const Context& asker) const;
    void require_category(const Typed& value, const std::string& wanted, const Context& context,
                          const std::string& id) const;
    /// A percentage stays one when it is taken of a percentage, or so many times by a figure that the formula writes
    /// out: 2 * rate, rate / 4. Of anything else it takes a part.
    static bool keeps_percent(const formula::Expression& e, const std::vector<Typed>& x);
    static bool needs_conversion(const Typed& value, const Unit& unit);
    /// How a unit is converted into another, where it can be.
    static std::string conversion_hint(const Unit& from, const Unit& to);
    /// Where something named stands in the document.
    std::string path_of(const std::string& kind, const std::string& name) const;
    bool is_value(const std::string& name, const Context& context) const;
    Typed defined(const formula::Expression& e, const Definition& definition, const Context& context);
    /// What a function of other periods looks at: something named, or a formula (lower_time.cpp).
    struct Subject {
        const formula::Expression* formula = nullptr;
        std::string name, text;
        Every own = Every::month;
    };
    Subject subject(const formula::Expression& e, const Context& context);
    Typed of_subject(const Subject& subject, int period, int now, const Context& context);
    Typed formula_in(const formula::Expression& e, const std::string& text, const Context& context);
    Typed cumulative(const formula::Expression& e, const Context& context);
    Typed window(const formula::Expression& e, const Subject& subject, int now, int reach, const Context& context);
    Typed window_place(const formula::Expression& e, const Subject& subject, int now, int reach,
                       const Context& context);
    Typed previous_by(const formula::Expression& e, const Subject& of, const Typed& lag, int now,
                      const Context& context);
    /// Where the value before the first period is read: its names are those of what it stands for.
    Context for_initial(const Subject& subject, const Context& context) const;
    bool skips(const formula::Expression& e, std::size_t index, const Context& context) const;
    std::string declared_dimension(const formula::Expression& e, const Context& context);
    Typed spread_over(Typed value, const std::string& dimension);
    Typed spread_subject(const Subject& subject, Typed value, const Context& context);
    NodeId weights_of_members(NodeId weights, NodeId total, ZeroWeights rule, const std::string& dimension,
                              const Along& along, const Context& context, const std::string& what);
    Typed table_rows(const LookupTable& table, const std::vector<Typed>& keys, std::size_t key,
                     const std::vector<std::size_t>& rows, const std::vector<std::vector<Exact>>& at,
                     const Context& context);
    /// The values of a parameter's members in a month, as one value.
    Typed members_of(const Parameter& parameter, const Context& context);
    /// The months in which some member of a parameter steps; nothing where a member is more than a plain number.
    const std::optional<std::set<Month>>& steps_of_numbers(const Parameter& parameter, const Context& context);
    const formula::Expression& parsed(const Formula& formula, const Context& context);
    /// A value for each member of a dimension, by name.
    Typed by_member(const formula::Expression& e, const Context& context);
    NodeId keys_known(const std::vector<Typed>& keys);
    Exact day_number(const std::string& text, const Context& context);
    Typed solve(const formula::Expression& e, const Context& context);
    /// The choice that a text argument names, among those that are possible; the first where it is left out.
    std::size_t choice_argument(const formula::Expression& e, std::size_t index,
                                const std::vector<std::string>& choices, const Context& context) const;
    /// A number that does not depend on data.
    Exact number_argument(const formula::Expression& e, std::size_t index, const std::string& what,
                          const Context& context);
    Exact decimals_argument(const formula::Expression& e, std::size_t index, const Context& context);
    /// For each member of a dimension the member of another that it belongs to; nothing where it belongs to none.
    const std::vector<std::uint32_t>* belonging(const std::string& dimension, const std::string& to);
    PiecewiseTable curve_table(const Curve& curve, const Context& context);
    /// Shocks (shocks.cpp): laid over something named, over a term, over what a driver draws, and over the plan that
    /// stands for a draw where nothing is drawn.
    using Changes = std::vector<const Change*>;
    void find_shocks();
    Typed shocked(Typed value, const std::string& name, int first_month, const Context& context);
    Typed laid_over(Typed value, const Changes& changes, int first_month, const Context& context,
                    const Input* input = nullptr);
    Typed laid(Typed value, const Change& change, const Context& context, const Input* input);
    NodeId held(const Change& change, const Input& input, NodeId value, const Context& context);
    NodeId shocked_draw(const Driver& driver, NodeId value, const Context& context);
    NodeId standing_for_draw(const Input& input, NodeId plan, const Context& context);
    NodeId standing_for_draw(const Driver& driver, NodeId plan, const Context& context);
    /// Where a term of a concession is asked for, in a period of what it is on.
    Context conceding(const Concession& concession, const std::string& field, Every every, int period) const;
    void apply_concessions(std::size_t clause, int period, std::vector<Flow>& flows);
    /// Whether of two clauses on one subject the first gives way, wherever both are in force.
    bool gives_way(const ClausePlace& place, const ClausePlace& against) const;
    bool loses_precedence(std::size_t clause, int month);
    Every calendar_argument(const formula::Expression& e, std::size_t index, Every otherwise,
                            const Context& context) const;
    std::string text_argument(const formula::Expression& e, std::size_t index, const std::string& what,
                              const Context& context) const;

    std::map<std::string, const Parameter*> parameters_;
    std::map<std::string, const Input*> inputs_;
    std::map<std::string, const Quantity*> quantities_;
    std::map<std::string, const Curve*> curves_;
    std::map<std::string, const LookupTable*> tables_;
    std::map<std::string, const Framework*> frameworks_;
    std::map<std::string, std::size_t> clauses_by_id_;
    std::map<std::string, const Party*> parties_;
    std::map<std::string, const Dimension*> dimensions_;
    std::map<std::string, const Category*> categories_;
    std::map<std::string, const Definition*> definitions_;
    formula::Definitions written_;
    std::set<std::pair<NodeId, std::string>> required_;
    std::map<std::pair<std::string, std::string>, std::vector<std::uint32_t>> belonging_;
    std::map<std::string, std::pair<std::string, std::string>> crossings_;
    std::map<std::string, Dimension> made_;  // crossings that no part of the book is over
    std::unique_ptr<DriverLowering> drivers_;
    std::map<std::tuple<std::string, std::string, int, int>, Typed> values_;
    std::map<std::tuple<std::string, std::size_t, int, int>, std::vector<Flow>> flows_;
    std::map<std::string, formula::ExpressionPtr> parsed_;
    std::map<std::string, Changes> shocks_of_name_;
    std::map<const Term*, Changes> shocks_of_term_;
    std::map<const Term*, std::string> open_;  // terms that derivatives are asked for, and their paths
    std::map<const Parameter*, std::optional<std::set<Month>>> steps_of_numbers_;
    /// Members that are plain numbers, by the step in force: no month and no world between two steps differs.
    std::map<std::pair<const Parameter*, std::optional<Month>>, Typed> numbers_;
    std::vector<std::pair<std::tuple<std::string, std::string, int, int>, std::string>> stack_;
    std::set<std::pair<std::size_t, std::string>> superseded_seen_;
};

template <class Make>
Typed Lowering::remembered(const std::string& kind, const std::string& name, World world, int period, Make make) {
    const auto key = std::make_tuple(kind, name, static_cast<int>(world), period);
    if (const auto found = values_.find(key); found != values_.end()) return found->second;
    enter(kind + " '" + name + "'", key);
    Typed result = make();
    stack_.pop_back();
    return values_.emplace(key, std::move(result)).first->second;
}

/// The parts of a clause family's lowering that all families share.
class ClauseLowering {
public:
    ClauseLowering(Lowering& low, std::size_t index, const ClausePlace& place, World world, int period);

    Lowering& low;
    const ClausePlace& place;
    const Clause& clause;
    std::size_t index;
    World world;
    int period;
    std::vector<Flow> flows;

    [[nodiscard]] Context at(const std::string& field) const;
    [[nodiscard]] Context at(const std::string& field, Every every, int period) const;
    /// Of a clause's own field, or of one of a list's, which explanations call by the `label`.
    Typed value(const Term& term, const std::string& field, const std::string& label = {});
    Typed money(const Term& term, const std::string& field, const std::string& label = {});
    /// A cap in pounds; nothing where there is none.
    std::optional<Typed> limit(const Term& term, const std::string& field, const std::string& label = {});
    Typed condition(const Term& term, const std::string& field);
    /// A part of something, refused where it lies outside 0 and 1.
    Typed fraction(const Term& term, const std::string& field);
    void require_not_negative(const Typed& amount, const std::string& field);
    Typed pounds(NodeId node, const std::string& label, std::vector<TracePtr> children = {}) const;
    [[nodiscard]] int first_month() const;
    /// The clause's own periods within a longer one in which it moves something: those that begin while it is in force
    /// and in which another clause of its subject does not win all the time.
    [[nodiscard]] std::vector<int> periods_in_force(Every every, int of) const;
    [[nodiscard]] int last_month() const;
    /// Rounds to pence and moves; the same flow order in every world.
    void pay(const std::string& from, const std::string& to, const std::string& label, const Typed& amount,
             const std::string& kind = "payment");
    /// Moves an amount that is in pence already, for stated months.
    void move(const std::string& from, const std::string& to, const std::string& label, const Typed& due,
              int service_from, int service_to, const std::string& kind = "payment");
    Typed pence(const Typed& amount) const;
    /// 1 where the amount is on a side on which something is allowed, else 0.
    NodeId by_side(NodeId amount, bool above, bool below) const;
    /// What of an amount may move: the payer may pay and the receiver may receive, or where it is negative the other
    /// way.
    Typed borne(const std::string& from, const std::string& to, const Typed& amount) const;
    /// Splits `pence` by the parts' weights among those eligible and moves each part; negative weights are an error in
    /// the book.
    enum class Side { receives, pays };
    std::vector<std::pair<std::string, Typed>> split(const std::vector<Part>& parts, const Typed& pence,
                                                     const std::string& field, Side side = Side::receives);
    /// Moves between members so that each receives its node (+) or pays it (-); the nodes sum to zero.
    void transfer(const std::vector<std::pair<std::string, Typed>>& net, const std::string& label);
    /// The place among the parts of the one that takes what rounding leaves; -1: nobody.
    Exact taker_of_pennies(const std::vector<Part>& parts, const std::string& field) const;
    bool may_pay(const std::string& party) const;
    bool may_receive(const std::string& party) const;
};

void lower(const Block& terms, ClauseLowering& clause);
void lower(const Activity& terms, ClauseLowering& clause);
void lower(const Forecast& terms, ClauseLowering& clause);
void lower(const Bands& terms, ClauseLowering& clause);
void lower(const Incentive& terms, ClauseLowering& clause);
void lower(const Penalty& terms, ClauseLowering& clause);
void lower(const Share& terms, ClauseLowering& clause);
void lower(const Netting& terms, ClauseLowering& clause);
void lower(const Waterfall& terms, ClauseLowering& clause);
void lower(const Trigger& terms, ClauseLowering& clause);
void lower(const Capitation& terms, ClauseLowering& clause);
void lower(const PooledFund& terms, ClauseLowering& clause);
void lower(const Subcontract& terms, ClauseLowering& clause);
void lower(const Fund& terms, ClauseLowering& clause);
void lower(const Challenge& terms, ClauseLowering& clause);
void lower(const Payment& terms, ClauseLowering& clause);

}  // namespace openbook::engine
