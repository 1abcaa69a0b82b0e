// Standard normals of drivers and hazards: streams, correlation groups, the t copula, and memory.
#include <cmath>

#include "engine/driver_lowering.hpp"
#include "scenarios/copula.hpp"
#include "scenarios/correlation.hpp"

namespace openbook::engine {
namespace {

std::string own_stream(const std::string& stream, const std::string& id) {
    return stream.empty() ? id : stream;
}

}  // namespace

void DriverLowering::read_groups() {
    const Book& book = low.book;
    for (const Driver& driver : book.drivers) streams_[driver.id] = own_stream(driver.stream, driver.id);
    for (const Hazard& hazard : book.hazards) streams_[hazard.id] = own_stream(hazard.stream, hazard.id);
    for (std::size_t g = 0; g < book.correlations.size(); ++g) {
        const Correlation& group = book.correlations[g];
        const std::size_t n = group.drivers.size();
        std::vector<double> matrix;
        for (const auto& row : group.matrix)
            for (const Decimal& value : row) matrix.push_back(value.to_double());
        try {
            factors_[&group] = scenarios::cholesky(matrix, n);
        } catch (const std::invalid_argument& error) {
            std::string nearest;
            for (const double value : scenarios::nearest_correlation(matrix, n)) {
                char text[32];
                std::snprintf(text, sizeof text, "%s%.6g", nearest.empty() ? "" : ", ", value);
                nearest += text;
            }
            throw BookError(
                "the book cannot be compiled",
                {{"correlation", "/correlations/" + std::to_string(g) + "/matrix",
                  std::string(error.what()) + "; the nearest valid matrix, row by row, is [" + nearest + "]",
                  "correlation '" + group.id + "'"}});
        }
        for (std::size_t i = 0; i < n; ++i) {
            groups_[group.drivers[i]] = {&group, i};
            by_month_[&group] |= calendar_of(group.drivers[i]) != calendar_of(group.drivers[0]);
        }
        streams_[group.id] = own_stream(group.stream, group.id);
    }
}

Every DriverLowering::calendar_of(const std::string& id) const {
    const auto of_hazard = [&](const std::string& name) {
        for (const Hazard& hazard : low.book.hazards)
            if (hazard.id == name) return hazard.every;
        return Every::month;
    };
    for (const Driver& driver : low.book.drivers) {
        if (driver.id != id) continue;
        if (const auto* jump = std::get_if<JumpEvents>(&driver.distribution)) return of_hazard(jump->hazard);
        for (const Input& input : low.book.inputs)
            if (input.id == driver.of) return input.every;
    }
    return of_hazard(id);
}

std::vector<std::uint32_t> DriverLowering::moments(const Correlation& group, const std::string& id, int period) const {
    if (!by_month_.at(&group)) return {static_cast<std::uint32_t>(period)};
    const Every own = calendar_of(id);
    std::vector<std::uint32_t> months;
    for (int month = low.calendar().first_month(own, period);
         month < low.calendar().months && low.calendar().of_month(own, month) == period; ++month)
        months.push_back(static_cast<std::uint32_t>(month));
    return months;
}

/// Members that go alone have a stream each, named after them; so has each of several in one period.
std::string DriverLowering::stream(const std::string& id, const std::string& member, const std::string& more) const {
    return streams_.at(id) + (member.empty() ? "" : "/" + member) + (more.empty() ? "" : "#" + more);
}

Score DriverLowering::innovation(const std::string& id, int period, const std::string& member,
                                 const std::string& more) {
    const auto group = groups_.find(id);
    Score result{{}, {0}};
    const auto add = [&](const std::string& name, std::uint32_t at, const Exact& weight) {
        result.nodes.push_back(low.builder.gaussian(name, at));
        result.weights.push_back(weight);
    };
    if (group == groups_.end()) {
        add(stream(id, member, more), static_cast<std::uint32_t>(period), 1);
        return result;
    }
    // The members' own part is the last one, so that they share what the group shares.
    const auto& [correlation, row] = group->second;
    const std::vector<double>& factor = factors_.at(correlation);
    const std::size_t n = correlation->drivers.size();
    // Where calendars differ, a quarter's innovation is that of its months together, over the root of their number: a
    // standard normal again, and what months come to in the quarter is correlated with it as the matrix says.
    const std::vector<std::uint32_t> at = moments(*correlation, id, period);
    const double share = at.size() == 1 ? 1 : 1 / std::sqrt(static_cast<double>(at.size()));
    for (std::size_t j = 0; j <= row; ++j)
        if (const double weight = factor[row * n + j]; weight != 0)
            for (const std::uint32_t moment : at)
                add(stream(correlation->drivers[j], j == row ? member : "", more), moment, Exact(weight * share));
    return correlation->degrees_of_freedom ? with_t_copula(*correlation, period, more, result) : result;
}

/// All scores of a group are divided by the root of one chi-square over its degrees of freedom: they become t
/// distributed, large ones together. The t probability of each, read as a normal's, leaves every score a standard
/// normal, so that no marginal changes. (McNeil, Frey, Embrechts: Quantitative Risk Management, 2015, section 7.3.)
Score DriverLowering::with_t_copula(const Correlation& group, int period, const std::string& more, const Score& score) {
    Builder& builder = low.builder;
    const double freedom = group.degrees_of_freedom->to_double();
    const NodeId chi = builder.gaussian(stream(group.id, "", more), static_cast<std::uint32_t>(period));
    const NodeId mixing = quantile("t mixing", {freedom}, [&] { return scenarios::t_mixing(freedom); }, chi);
    const NodeId t = builder.multiply(node_of(score), mixing);
    // The table is over asinh(t), which is nearly linear in the score and smooth at zero; its sign is taken apart so
    // that neither tail loses digits.
    const NodeId below = builder.make(Op::less, {t, builder.constant(0)});
    const NodeId size = builder.choose(below, builder.negate(t), t);
    const NodeId root = builder.make(
        Op::power, {builder.weighted({builder.multiply(t, t)}, {1, 1}), builder.constant(Exact(1, 2))}, {15});
    const NodeId arsinh = builder.make(Op::logarithm, {builder.add(size, root)}, {15});
    const NodeId place = builder.choose(below, builder.negate(arsinh), arsinh);
    return {{quantile("t scores", {freedom}, [&] { return scenarios::t_scores(freedom); }, place)}, {0, 1}};
}

Score DriverLowering::score(const Drawing& drawing) {
    const auto memory_at = [&](int period) {
        Drawing then = drawing;
        then.period = period;
        const double memory = number(drawing.driver.autoregression, then.context(), "autoregression");
        if (!(memory > -1 && memory < 1))
            low.fail("out-of-range", then.context(),
                     "autoregression must lie between -1 and 1, not " + std::to_string(memory));
        return memory;
    };
    if (memory_at(drawing.period) == 0) return innovation(drawing.driver.id, drawing.period, drawing.member);
    NodeId z = no_node;
    for (int p = 0; p <= drawing.period; ++p) {
        const auto [place, is_new] = paths_.try_emplace({drawing.driver.id, drawing.member, p}, no_node);
        if (is_new) {
            const NodeId fresh = node_of(innovation(drawing.driver.id, p, drawing.member));
            const double memory = memory_at(p);
            place->second =
                p == 0 ? fresh
                       : low.builder.weighted({z, fresh}, {0, Exact(memory), Exact(std::sqrt(1 - memory * memory))});
        }
        z = place->second;
    }
    return {{z}, {0, 1}};
}

NodeId DriverLowering::node_of(const Score& score) {
    return low.builder.weighted(score.nodes, score.weights);
}

NodeId DriverLowering::quantile(const std::string& kind, const std::vector<double>& numbers,
                                const std::function<Marginal()>& make, NodeId z) {
    auto found = tables_.find({kind, numbers});
    if (found == tables_.end()) found = tables_.emplace(std::pair(kind, numbers), make()).first;
    return low.builder.quantile(found->second, z);
}

}  // namespace openbook::engine
