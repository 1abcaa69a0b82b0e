#include "engine/lanes/schedule.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>
#include <unordered_map>

namespace openbook::engine::lanes {
namespace {

/// A sum whose inputs come far apart is added up as they come, so that each input's register is free again at once.
constexpr std::uint32_t far_apart = 96;  // instructions between first and last input
constexpr std::uint32_t patience = 24;   // instructions that inputs may wait for others to be added with them
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct RunningSum {
    NodeId node = no_node;
    std::uint32_t next = 0;   // first input not yet added
    std::uint32_t ready = 0;  // inputs from `next` on that are there
    std::uint32_t waiting_since = 0;
    bool started = false;
};

class Scheduler {
public:
    Scheduler(const LaneGraph& graph, const std::vector<NodeId>& order, const std::vector<View>& columns, bool keep_all)
        : graph_(graph), order_(order), keep_all_(keep_all) {
        const std::size_t n = graph.nodes.size();
        uses_.resize(n);
        known_.resize(n);
        places_.resize(n);
        count_uses(columns);
        find_draws();
        if (!keep_all) {
            find_fusions();
            find_running_sums();
        }
    }

    Schedule build() {
        for (const NodeId id : order_) {
            if (!known_[id]) emit(id);
            flush_old_sums();
        }
        if (keep_all_) out_.places = places_;
        return std::move(out_);
    }

private:
    const LaneNode& node(NodeId id) const { return graph_.nodes[id]; }
    const View& view(const LaneNode& lane, std::uint32_t i) const { return graph_.views[lane.first_input + i]; }

    // ---- what the graph tells beforehand ----

    void count_uses(const std::vector<View>& columns) {
        for (const NodeId id : order_)
            for (std::uint32_t i = 0; i < node(id).inputs; ++i) ++uses_[view(node(id), i).root];
        for (std::size_t c = 0; c < columns.size(); ++c) {
            ++uses_[columns[c].root];
            columns_of_[columns[c].root].emplace_back(static_cast<std::uint32_t>(c), columns[c]);
        }
    }
    void find_draws() {
        for (const NodeId id : order_)
            if (node(id).op == Op::gaussian) draws_[{node(id).index, node(id).period}] = id;
    }
    /// An exponential that is the only reader of a short sum is computed with it.
    void find_fusions() {
        for (const NodeId id : order_) {
            if (node(id).op != Op::exponential) continue;
            const View& input = view(node(id), 0);
            const LaneNode& sum = node(input.root);
            if (sum.op == Op::weighted_sum && sum.inputs <= widest_sum && uses_[input.root] == 1 &&
                input.member == View::whole && sum.width == node(id).width)
                fused_[input.root] = id;
        }
    }
    void find_running_sums() {
        std::vector<std::uint32_t> position(graph_.nodes.size(), 0);
        for (std::uint32_t p = 0; p < order_.size(); ++p) position[order_[p]] = p;
        for (const NodeId id : order_) {
            const LaneNode& lane = node(id);
            if (lane.op != Op::weighted_sum || lane.inputs < 2 || fused_.contains(id)) continue;
            std::uint32_t first = position[id];
            for (std::uint32_t i = 0; i < lane.inputs; ++i)
                if (node(view(lane, i).root).op != Op::constant) first = std::min(first, position[view(lane, i).root]);
            if (lane.inputs <= widest_sum && position[id] - first < far_apart) continue;
            const auto sum = static_cast<std::uint32_t>(sums_.size());
            sums_.push_back(RunningSum{id, 0, 0, 0, false});
            sum_of_[id] = sum;
            for (std::uint32_t i = 0; i < lane.inputs; ++i) sums_with_[view(lane, i).root].push_back(sum);
        }
    }

    // ---- registers ----

    std::uint32_t take(std::uint32_t width) {
        std::vector<std::uint32_t>& free = free_[width];
        if (!keep_all_ && !free.empty()) {
            const std::uint32_t place = free.back();
            free.pop_back();
            return place;
        }
        const std::uint32_t place = out_.registers;
        out_.registers += width;
        return place;
    }
    void place(NodeId id, std::uint32_t where) { places_[id] = Source{where, false, node(id).width > 1}; }
    void read(NodeId root) {
        if (--uses_[root] == 0 && node(root).op != Op::constant) release(root);
    }
    void release(NodeId root) {
        if (!keep_all_) free_[node(root).width].push_back(places_[root].index);
    }

    Source constant(double value) {
        const auto [found, fresh] = constants_.try_emplace(std::bit_cast<std::uint64_t>(value),
                                                           static_cast<std::uint32_t>(out_.constants.size()));
        if (fresh) out_.constants.push_back(value);
        return Source{found->second, true, false};
    }
    Source source(const View& input) const {
        Source where = places_[input.root];
        if (input.member != View::whole && where.members) where.index += input.member;
        if (input.member != View::whole) where.members = false;
        return where;
    }

    // ---- instructions ----

    Instruction& instruction(Code code, std::uint32_t width, std::uint32_t out, std::initializer_list<Source> sources) {
        Instruction made;
        made.code = code;
        made.width = width;
        made.out = out;
        made.first_source = static_cast<std::uint32_t>(out_.sources.size());
        made.sources = static_cast<std::uint32_t>(sources.size());
        out_.sources.insert(out_.sources.end(), sources);
        out_.instructions.push_back(made);
        return out_.instructions.back();
    }
    void add_source(Source where) {
        out_.sources.push_back(where);
        ++out_.instructions.back().sources;
    }
    std::uint32_t now() const { return static_cast<std::uint32_t>(out_.instructions.size()); }

    /// A value is there: columns are kept at once, and sums that wait for it are told.
    void finished(NodeId id) {
        known_[id] = true;
        if (const auto found = columns_of_.find(id); found != columns_of_.end())
            for (const auto& [column, view] : found->second) {
                instruction(Code::store, 1, 0, {source(view)}).index = column;
                read(id);
            }
        if (const auto found = sums_with_.find(id); found != sums_with_.end())
            for (const std::uint32_t sum : found->second) count_ready(sums_[sum]);
    }
    void count_ready(RunningSum& sum) {
        const LaneNode& lane = node(sum.node);
        const std::uint32_t before = sum.ready;
        while (sum.next + sum.ready < lane.inputs && known_[view(lane, sum.next + sum.ready).root]) ++sum.ready;
        if (before == 0 && sum.ready > 0) {
            sum.waiting_since = now();
            waiting_.push_back(sum_of_.at(sum.node));
        }
        while (sum.ready >= widest_sum) add_up(sum);
    }
    void flush_old_sums() {
        while (!waiting_.empty()) {
            RunningSum& sum = sums_[waiting_.front()];
            if (sum.ready > 0 && sum.waiting_since + patience > now()) return;
            waiting_.pop_front();
            if (sum.ready > 0) add_up(sum);
        }
    }
    /// Adds up to `widest_sum` of the inputs that are there.
    void add_up(RunningSum& sum) {
        const std::uint32_t count = std::min<std::uint32_t>(sum.ready, widest_sum);
        add_terms(sum.node, sum.next, count, sum.started, Code::weighted_sum);
        sum.started = true;
        sum.next += count;
        sum.ready -= count;
        if (sum.ready > 0) {
            sum.waiting_since = now();
            waiting_.push_back(sum_of_.at(sum.node));
        }
    }
    /// One weighted_sum call: inputs [next, next + count) onto the start or onto what is already there.
    void add_terms(NodeId id, std::uint32_t next, std::uint32_t count, bool started, Code code,
                   NodeId target = no_node) {
        const LaneNode& lane = node(id);
        if (target == no_node) target = id;
        const std::uint32_t before = now();
        const Source start = started ? places_[target] : constant(graph_.numbers[lane.first_number]);
        instruction(code, lane.width, 0, {start}).count = count;
        out_.instructions[before].first_number = lane.first_number + 1 + next;
        for (std::uint32_t i = 0; i < count; ++i) add_source(source(view(lane, next + i)));
        if (!started && lane.width > 1)
            place(target, take(lane.width));  // never over a member that is still to be read
        for (std::uint32_t i = 0; i < count; ++i) read(view(lane, next + i).root);
        if (!started && lane.width == 1) place(target, take(1));
        out_.instructions[before].out = places_[target].index;
    }

    void emit(NodeId id) {
        const LaneNode& lane = node(id);
        switch (lane.op) {
            case Op::constant: return emit_constant(id);
            case Op::input: places_[id] = constant(not_a_number); break;
            case Op::weighted_sum: return emit_sum(id);
            case Op::gaussian: return emit_draw(id);
            case Op::sum_members: return emit_members_sum(id);
            case Op::min_members:
            case Op::max_members: return emit_members_extreme(id);
            case Op::product_members: return emit_members_product(id);
            case Op::stack: return emit_stack(id);
            case Op::gather: return emit_gather(id);
            case Op::group_sum:
            case Op::group_min:
            case Op::group_max:
            case Op::group_product: return emit_groups(id);
            case Op::running: return emit_running(id);
            case Op::rank:
            case Op::running_by: return emit_compared(id);
            case Op::apportion_members: return emit_apportion_members(id);
            case Op::apportion: return emit_apportion(id);
            default: return emit_elementwise(id);
        }
        finished(id);
    }
    void emit_constant(NodeId id) {
        const LaneNode& lane = node(id);
        if (lane.numbers == 0) {
            places_[id] = constant(not_a_number);
        } else if (lane.numbers == 1) {
            places_[id] = constant(graph_.numbers[lane.first_number]);
        } else {
            places_[id] = Source{static_cast<std::uint32_t>(out_.constants.size()), true, true};
            for (std::uint32_t m = 0; m < lane.width; ++m)
                out_.constants.push_back(graph_.numbers[lane.first_number + m]);
        }
        finished(id);
    }
    void emit_sum(NodeId id) {
        const LaneNode& lane = node(id);
        if (const auto found = sum_of_.find(id); found != sum_of_.end()) {
            RunningSum& sum = sums_[found->second];
            count_ready(sum);  // constants may come last
            while (sum.ready > 0) add_up(sum);
        } else if (const auto exponential = fused_.find(id); exponential != fused_.end()) {
            add_terms(id, 0, lane.inputs, false, Code::weighted_sum_exponential, exponential->second);
            known_[id] = true;
            return finished(exponential->second);
        } else {
            for (std::uint32_t next = 0; next == 0 || next < lane.inputs; next += widest_sum)
                add_terms(id, next, std::min<std::uint32_t>(lane.inputs - next, widest_sum), next > 0,
                          Code::weighted_sum);
        }
        finished(id);
    }
    /// The draws of four periods, by pairs: a draw that nobody asks for goes to a register that is never read, and a
    /// pair that nobody asks for is not made.
    void emit_draw(NodeId id) {
        const LaneNode& lane = node(id);
        NodeId drawn[4];
        std::uint32_t where[4];
        for (std::uint32_t i = 0; i < 4; ++i) {
            const auto found = draws_.find({lane.index, (lane.period & ~3u) + i});
            drawn[i] = found == draws_.end() ? no_node : found->second;
        }
        for (std::uint32_t i = 0; i < 4; ++i) {
            where[i] = drawn[i] == no_node && drawn[i ^ 1] == no_node ? nowhere : take(1);
            if (drawn[i] != no_node) place(drawn[i], where[i]);
        }
        Instruction& made = instruction(Code::gaussian_four, 1, where[0], {});
        std::copy_n(where + 1, 3, made.further);
        made.index = lane.index;
        made.number = lane.period / 4;
        for (std::uint32_t i = 0; i < 4; ++i) {
            if (drawn[i] != no_node)
                finished(drawn[i]);
            else if (where[i] != nowhere && !keep_all_)
                free_[1].push_back(where[i]);
        }
    }
    // Members one by one: `of` names them in the operand's list.

    static Source member(const Source& list, std::uint32_t m) {
        return Source{list.index + (list.members ? m : 0), list.constant, false};
    }
    static Source single(std::uint32_t place) { return Source{place, false, false}; }
    /// start + the members, into `where`.
    void sum_members(const Source& list, const std::vector<std::uint32_t>& of, std::uint32_t where, Source start) {
        for (std::size_t next = 0; next == 0 || next < of.size(); next += widest_sum) {
            const std::size_t count = std::min<std::size_t>(of.size() - next, widest_sum);
            Instruction& made = instruction(Code::weighted_sum, 1, where, {start});
            made.count = static_cast<std::uint32_t>(count);
            made.first_number = ones;
            for (std::size_t i = next; i < next + count; ++i) add_source(member(list, of[i]));
            start = single(where);
        }
    }
    /// The least or greatest of the members, into `where`; of those that are not missing, if asked for.
    void extreme_member(Code code, const Source& list, const std::vector<std::uint32_t>& of, std::uint32_t where,
                        bool skip) {
        if (of.empty()) return sum_members(list, of, where, constant(not_a_number));
        Source best = member(list, of[0]);
        const std::uint32_t spare = skip ? take(1) : 0;
        for (const std::uint32_t m : of) {
            const Source own = member(list, m);
            if (skip) {  // the better one, or the one that is there
                instruction(code, 1, spare, {best, own});
                instruction(Code::if_missing, 1, spare, {single(spare), own});
                instruction(Code::if_missing, 1, where, {single(spare), best});
            } else {
                instruction(code, 1, where, {best, own});
            }
            best = single(where);
        }
        if (skip && !keep_all_) free_[1].push_back(spare);
    }
    /// start * the members, into `where`.
    void multiply_members(const Source& list, const std::vector<std::uint32_t>& of, std::uint32_t where, Source start) {
        if (of.empty()) return sum_members(list, of, where, start);
        for (const std::uint32_t m : of) {
            instruction(Code::multiply, 1, where, {start, member(list, m)});
            start = single(where);
        }
    }
    bool skips_missing(const LaneNode& lane) const {
        return lane.numbers > 0 && graph_.numbers[lane.first_number] == 1;
    }
    void emit_members_product(NodeId id) {
        const std::uint32_t where = take(1);
        multiply_members(source(view(node(id), 0)), every_member(id), where, constant(1));
        made_of_members(id, where);
    }
    std::vector<std::uint32_t> every_member(NodeId id) const {
        std::vector<std::uint32_t> all(view(node(id), 0).width);
        std::iota(all.begin(), all.end(), 0u);
        return all;
    }
    void emit_members_sum(NodeId id) {
        const std::uint32_t where = take(1);
        sum_members(source(view(node(id), 0)), every_member(id), where, constant(0));
        made_of_members(id, where);
    }
    void emit_members_extreme(NodeId id) {
        const std::uint32_t where = take(1);
        extreme_member(node(id).op == Op::min_members ? Code::minimum : Code::maximum, source(view(node(id), 0)),
                       every_member(id), where, skips_missing(node(id)));
        made_of_members(id, where);
    }
    void made_of_members(NodeId id, std::uint32_t where) {
        place(id, where);
        read(view(node(id), 0).root);
        finished(id);
    }
    void emit_stack(NodeId id) {
        const LaneNode& lane = node(id);
        const std::uint32_t where = take(lane.width);
        for (std::uint32_t m = 0; m < lane.width; ++m) sum_members(source(view(lane, m)), {0}, where + m, constant(0));
        place(id, where);
        for (std::uint32_t m = 0; m < lane.inputs; ++m) read(view(lane, m).root);
        finished(id);
    }
    void emit_gather(NodeId id) {
        const LaneNode& lane = node(id);
        const std::uint32_t where = take(lane.width);
        const Source list = source(view(lane, 0));
        for (std::uint32_t m = 0; m < lane.width; ++m)
            sum_members(list, {graph_.maps[lane.index][m]}, where + m, constant(0));
        made_of_members(id, where);
    }
    void emit_groups(NodeId id) {
        const LaneNode& lane = node(id);
        const std::uint32_t where = take(lane.width);
        const Source list = source(view(lane, 0));
        const std::vector<std::uint32_t>& group_of = graph_.maps[lane.index];
        std::vector<std::vector<std::uint32_t>> groups(lane.width);
        for (std::uint32_t m = 0; m < group_of.size(); ++m) groups[group_of[m]].push_back(m);
        for (std::uint32_t g = 0; g < lane.width; ++g) {
            if (lane.op == Op::group_sum)
                sum_members(list, groups[g], where + g, constant(0));
            else if (lane.op == Op::group_product)
                multiply_members(list, groups[g], where + g, constant(1));
            else
                extreme_member(lane.op == Op::group_min ? Code::minimum : Code::maximum, list, groups[g], where + g,
                               skips_missing(lane));
        }
        made_of_members(id, where);
    }
    /// The members that stand in one run with a member.
    static std::vector<std::uint32_t> run_of(const LaneNode& lane, std::uint32_t m) {
        std::vector<std::uint32_t> members(run_length(lane));
        std::iota(members.begin(), members.end(), m - m % run_length(lane));
        return members;
    }
    void emit_running(NodeId id) {
        const LaneNode& lane = node(id);
        const std::uint32_t where = take(lane.width);
        const Source list = source(view(lane, 0));
        const bool backwards = graph_.numbers[lane.first_number] == 1;
        const double how = graph_.numbers[lane.first_number + 1];
        Source before = constant(0);
        for (std::uint32_t i = 0; i < lane.width; ++i) {
            const std::uint32_t m = backwards ? lane.width - 1 - i : i;
            if (i % run_length(lane) == 0)
                sum_members(list, {m}, where + m, constant(0));
            else if (how == 0)
                sum_members(list, {m}, where + m, before);
            else
                instruction(how == 1   ? Code::multiply
                            : how == 2 ? Code::minimum
                                       : Code::maximum,
                            1, where + m, {before, member(list, m)});
            before = single(where + m);
        }
        made_of_members(id, where);
    }
    /// One call for all members, which are compared with each other: a place or a sum for each.
    void emit_compared(NodeId id) {
        const LaneNode& lane = node(id);
        const std::uint32_t where = take(lane.width), before = now();
        instruction(lane.op == Op::rank ? Code::rank : Code::running_by, 1, where, {});
        for (std::uint32_t i = 0; i < lane.inputs; ++i) {
            const Source list = source(view(lane, i));
            for (std::uint32_t m = 0; m < view(lane, i).width; ++m) add_source(member(list, m));
        }
        Instruction& made = out_.instructions[before];
        made.count = lane.width;
        made.first_number = lane.first_number;
        if (lane.width > 1) made.further[0] = where + 1;
        place(id, where);
        for (std::uint32_t i = 0; i < lane.inputs; ++i) read(view(lane, i).root);
        finished(id);
    }
    /// total * weight / sum of the weights, member by member; zero where that is zero.
    void emit_apportion_members(NodeId id) {
        const LaneNode& lane = node(id);
        const Source total = source(view(lane, 0)), weights = source(view(lane, 1));
        const std::uint32_t where = take(lane.width), sum = take(1);
        for (std::uint32_t m = 0; m < lane.width; ++m) {
            if (m % run_length(lane) == 0) sum_members(weights, run_of(lane, m), sum, constant(0));
            const Source of_run = lane.index == 0 ? total : member(total, m / lane.index);
            instruction(Code::multiply, 1, where + m, {of_run, member(weights, m)});
            instruction(Code::divide, 1, where + m, {single(where + m), single(sum), constant(0)});
        }
        if (!keep_all_) free_[1].push_back(sum);
        place(id, where);
        for (std::uint32_t i = 0; i < lane.inputs; ++i) read(view(lane, i).root);
        finished(id);
    }
    /// total * weight / sum of the weights; zero where that is zero.
    void emit_apportion(NodeId id) {
        const LaneNode& lane = node(id);
        const std::uint32_t sum = take(lane.width), part = take(lane.width);
        const Source sum_source{sum, false, lane.width > 1}, part_source{part, false, lane.width > 1};
        Source start = constant(0);
        for (std::uint32_t next = 1; next < lane.inputs; next += widest_sum) {
            const std::uint32_t count = std::min<std::uint32_t>(lane.inputs - next, widest_sum);
            Instruction& made = instruction(Code::weighted_sum, lane.width, sum, {start});
            made.count = count;
            made.first_number = ones;
            for (std::uint32_t i = next; i < next + count; ++i) add_source(source(view(lane, i)));
            start = sum_source;
        }
        instruction(Code::multiply, lane.width, part, {source(view(lane, 0)), source(view(lane, 1 + lane.index))});
        instruction(Code::divide, lane.width, part, {part_source, sum_source, constant(0)});
        place(id, part);
        for (std::uint32_t i = 0; i < lane.inputs; ++i) read(view(lane, i).root);
        if (!keep_all_) free_[lane.width].push_back(sum);
        finished(id);
    }
    void emit_elementwise(NodeId id) {
        const LaneNode& lane = node(id);
        const std::uint32_t before = now();
        instruction(code_of(lane), lane.width, 0, {});
        for (std::uint32_t i = 0; i < lane.inputs; ++i) add_source(source(view(lane, i)));
        const bool divides = lane.op == Op::divide || lane.op == Op::floor_divide || lane.op == Op::modulo;
        if (divides && lane.inputs == 2) add_source(constant(not_a_number));
        Instruction& made = out_.instructions[before];
        made.first_number = lane.first_number;
        if (lane.op == Op::piecewise) {
            made.first_number = graph_.tables.at(lane.index).first;
            made.count = graph_.tables[lane.index].segments;
        }
        if (lane.op == Op::statistic) made.number = lane.index;
        if (lane.op == Op::quantile) made.first_number = graph_.marginals.at(lane.index).first;
        if (lane.width > 1) place(id, take(lane.width));  // never over a member that is still to be read
        for (std::uint32_t i = 0; i < lane.inputs; ++i) read(view(lane, i).root);
        if (lane.width == 1) place(id, take(1));
        made.out = places_[id].index;
        finished(id);
    }
    Code code_of(const LaneNode& lane) const {
        switch (lane.op) {
            case Op::multiply: return Code::multiply;
            case Op::divide: return Code::divide;
            case Op::minimum: return Code::minimum;
            case Op::maximum: return Code::maximum;
            case Op::absolute: return Code::absolute;
            case Op::less: return Code::less;
            case Op::less_equal: return Code::less_equal;
            case Op::equal: return Code::equal;
            case Op::logical_and: return Code::logical_and;
            case Op::logical_or: return Code::logical_or;
            case Op::logical_not: return Code::logical_not;
            case Op::choose: return Code::choose;
            case Op::piecewise: return Code::piecewise;
            case Op::floor_divide: return Code::floor_divide;
            case Op::modulo: return Code::modulo;
            case Op::exponential: return Code::exponential;
            case Op::logarithm: return Code::logarithm;
            case Op::power: return Code::power;
            case Op::statistic: return Code::statistic;
            case Op::is_missing: return Code::is_missing;
            case Op::if_missing: return Code::if_missing;
            case Op::quantile:
                return graph_.marginals.at(lane.index).steps ? Code::quantile_steps : Code::quantile_smooth;
            case Op::round_step: break;
            default: throw std::invalid_argument("an operation that the lanes do not know");
        }
        switch (lane.rounding) {
            case Rounding::half_even: return Code::round_half_even;
            case Rounding::half_up: return Code::round_half_up;
            case Rounding::floor: return Code::round_floor;
            case Rounding::ceiling: return Code::round_ceiling;
            case Rounding::truncate: return Code::round_truncate;
            default: return Code::round_half_away;
        }
    }

    const LaneGraph& graph_;
    const std::vector<NodeId>& order_;
    bool keep_all_;
    Schedule out_;
    std::vector<std::uint32_t> uses_;
    std::vector<char> known_;
    std::vector<Source> places_;
    std::unordered_map<NodeId, std::vector<std::pair<std::uint32_t, View>>> columns_of_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, NodeId> draws_;
    std::unordered_map<NodeId, NodeId> fused_;
    std::vector<RunningSum> sums_;
    std::unordered_map<NodeId, std::uint32_t> sum_of_;
    std::unordered_map<NodeId, std::vector<std::uint32_t>> sums_with_;
    std::deque<std::uint32_t> waiting_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> free_;
    std::unordered_map<std::uint64_t, std::uint32_t> constants_;
};

}  // namespace

Schedule schedule(const LaneGraph& graph, const std::vector<NodeId>& order, const std::vector<View>& columns,
                  bool keep_all) {
    return Scheduler(graph, order, columns, keep_all).build();
}

}  // namespace openbook::engine::lanes
