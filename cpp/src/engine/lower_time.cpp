// Functions that look into other periods, and functions of dates.
#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

Every Lowering::own_calendar(const std::string& name) const {
    if (const auto i = inputs_.find(name); i != inputs_.end()) return i->second->every;
    if (const auto q = quantities_.find(name); q != quantities_.end()) return q->second->every;
    if (const auto c = clauses_by_id_.find(name); c != clauses_by_id_.end()) return clauses[c->second].clause->every;
    return Every::month;
}

int Lowering::period_around(Every every, const Context& context, const std::string& what) const {
    const int around = calendar().of_month(every, calendar().first_month(context.every, context.period));
    if (calendar().end_month(every, around) < calendar().end_month(context.every, context.period))
        fail("calendar", context,
             what + ": " + calendar().label(context.every, context.period) +
                 " does not lie within one period of the calendar '" +
                 choice_names<Every>()[static_cast<std::size_t>(every)] + "'");
    return around;
}

Typed Lowering::in_period(const std::string& name, Every own, int period, int now, const Context& context) {
    return named(name, period < now ? history_of(context.world) : context.world, own, period, context);
}

/// A single value for each member of the dimension that is declared for an input or a parameter.
Typed Lowering::spread_as(const std::string& name, Typed value) {
    const auto input = inputs_.find(name);
    const auto quantity = quantities_.find(name);
    const std::string dimension = input != inputs_.end()          ? input->second->dimension
                                  : quantity != quantities_.end() ? quantity->second->dimension
                                                                  : "";
    return spread_over(std::move(value), dimension);
}

std::optional<Typed> Lowering::over_time(const Expression& e, const Context& context) {
    const std::string& f = e.name;
    if (f != "previous" && f != "window" && f != "window_place" && f != "later" && f != "first_when" &&
        f != "last_when")
        return std::nullopt;
    const std::string text = formula::to_text(e);
    const Subject of = subject(e, context);
    const std::string& name = of.name;
    const Every own = of.own;
    const auto whole = [&](std::size_t index, const std::string& what) {
        const Exact value = number_argument(e, index, what, context);
        const int least = what == "the lag" ? 0 : 1;
        if (!is_whole(value) || value < least || value > 1200)
            fail("out-of-range", context,
                 what + " in " + text + " must be a whole number of periods from " + std::to_string(least) +
                     " on, not " + to_text(value));
        return static_cast<int>(to_double(value));
    };
    const int first = calendar().first_month(context.every, context.period),
              end = calendar().end_month(context.every, context.period);
    if (f == "previous") {
        const int now = calendar().of_month(own, first);
        if (e.operands.size() > 2) {
            const Typed lag = expression(*e.operands[2], context);
            if (!builder.known(lag.node)) return previous_by(e, of, lag, now, context);
        }
        const int back = e.operands.size() > 2 ? whole(2, "the lag") : 1;
        if (now < back) {
            const Typed initial = spread_subject(of, expression(*e.operands[1], for_initial(of, context)), context);
            return traced(initial, f, text, {initial});
        }
        const Typed value = of_subject(of, now - back, now, context);
        return traced(value, f, text, {value});
    }
    // The last of its own periods that has ended when this one ends.
    int now = calendar().of_month(own, end - 1);
    if (calendar().end_month(own, now) > end) --now;
    if (f == "later") {
        if (!inputs_.contains(name))
            fail("type", context, text + " looks ahead, which only an input can bear; '" + of.text + "' is none");
        const int then = now + whole(1, "the reach");
        if (then >= calendar().count(own)) {
            const Typed otherwise = spread_subject(of, expression(*e.operands[2], for_initial(of, context)), context);
            return traced(otherwise, f, text, {otherwise});
        }
        const Typed value = named(name, context.world, own, then, context);
        return traced(value, f, text, {value});
    }
    if (f == "window") return window(e, of, now, whole(1, "the reach"), context);
    if (f == "window_place") return window_place(e, of, now, whole(1, "the reach"), context);
    // The number of the first or last period up to now in which it holds; missing where there is none.
    Typed result = literal(0, {}, true);
    result.node = builder.missing();
    std::vector<Typed> parts;
    for (int i = 0; i <= now; ++i) {
        const int p = f == "first_when" ? now - i : i;
        Typed holds = truth_or_fail(of_subject(of, p, now, context), context, "'" + of.text + "'");
        if (!holds.dimension.empty())
            fail("dimension", context,
                 text + " needs one condition; '" + of.text + "' has the dimension '" + holds.dimension + "'");
        result.node = builder.choose(builder.make(Op::if_missing, {holds.node, builder.constant(0)}),
                                     builder.constant(p + 1), result.node);
        parts.push_back(std::move(holds));
    }
    return traced(result, f, text, parts);
}

/// previous(...) with a lag that the data decide: what it was in the period that lies so far back, the initial value
/// before the first; missing where the lag is no whole number from 1 on.
Typed Lowering::previous_by(const Expression& e, const Subject& of, const Typed& lag, int now, const Context& context) {
    const std::string text = formula::to_text(e);
    if (lag.truth || !lag.category.empty() || !lag.unit.plain())
        fail("unit", context, "the lag in " + text + " must be a number of periods, not in " + lag.unit.words());
    std::vector<Typed> parts{spread_subject(of, expression(*e.operands[1], for_initial(of, context)), context)};
    for (int back = 1; back <= now; ++back) parts.push_back(of_subject(of, now - back, now, context));
    Typed result = same_unit(parts, context, "'" + text + "': values");
    std::vector<Typed> both{result, lag};
    result.dimension = align(both, context, "'" + text + "'");
    const NodeId by = both[1].node, one = builder.constant(1);
    const auto aligned = [&](const Typed& part) {
        std::vector<Typed> pair{part, both[1]};
        align(pair, context, "'" + text + "'");
        return pair[0].node;
    };
    NodeId node = builder.choose(builder.make(Op::equal, {builder.make(Op::modulo, {by, one}), builder.constant(0)}),
                                 aligned(parts[0]), builder.missing());
    node = builder.choose(builder.make(Op::less_equal, {builder.constant(now + 1), by}), node, builder.missing());
    for (int back = now; back >= 1; --back)
        node = builder.choose(builder.make(Op::equal, {by, builder.constant(back)}),
                              aligned(parts[static_cast<std::size_t>(back)]), node);
    result.node = node;
    parts.push_back(lag);
    return traced(result, e.name, text, parts);
}

namespace {

/// The civil calendar in whole-number arithmetic on nodes: days are counted from 1 January 1970, years start in March
/// inside, so that the leap day is a year's last. After H. Hinnant, "chrono-compatible low-level date algorithms".
class Dates {
public:
    explicit Dates(Builder& builder) : b_(builder) {}

    struct Civil {
        NodeId year, month, day;
    };
    Civil civil(NodeId date) {
        const NodeId z = plus(date, 719'468), era = over(z, 146'097), of_era = less(z, times(era, 146'097));
        const NodeId leap =
            b_.sum({of_era, times(over(of_era, 1460), -1), over(of_era, 36'524), times(over(of_era, 146'096), -1)});
        const NodeId year_of_era = over(leap, 365);
        const NodeId of_year = less(of_era, year_start(year_of_era));
        const NodeId from_march = over(b_.weighted({of_year}, {2, 5}), 153);
        const NodeId day = plus(less(of_year, over(b_.weighted({from_march}, {2, 153}), 5)), 1);
        const NodeId late = b_.make(Op::less_equal, {b_.constant(10), from_march});
        const NodeId month = b_.weighted({from_march, late}, {3, 1, -12});
        return {b_.sum({year_of_era, times(era, 400), late}), month, day};
    }
    NodeId date(NodeId year, NodeId month, NodeId day) {
        const NodeId early = b_.make(Op::less_equal, {month, b_.constant(2)});
        const NodeId y = less(year, early), era = over(y, 400), year_of_era = less(y, times(era, 400));
        const NodeId from_march = b_.weighted({month, early}, {-3, 1, 12});
        const NodeId of_year = b_.weighted({over(b_.weighted({from_march}, {2, 153}), 5), day}, {-1, 1, 1});
        return b_.weighted({times(era, 146'097), year_start(year_of_era), of_year}, {-719'468, 1, 1, 1});
    }
    /// Months since year 0, from zero.
    NodeId month_index(const Civil& c) { return b_.weighted({c.year, c.month}, {-1, 12, 1}); }
    NodeId first_of(NodeId month_index) {
        const NodeId year = over(month_index, 12);
        return date(year, plus(less(month_index, times(year, 12)), 1), b_.constant(1));
    }
    NodeId length_of(NodeId month_index) { return less(first_of(plus(month_index, 1)), first_of(month_index)); }
    NodeId add_months(NodeId from, NodeId months, bool keeps_month_end) {
        const Civil c = civil(from);
        const NodeId here = month_index(c), there = b_.add(here, months), length = length_of(there);
        NodeId day = b_.minimum(c.day, length);
        if (keeps_month_end) day = b_.choose(b_.make(Op::equal, {c.day, length_of(here)}), length, day);
        return b_.weighted({first_of(there), day}, {-1, 1, 1});
    }
    /// Whole months from a to b: as many as can be added to a without passing b.
    NodeId months_between(NodeId a, NodeId b) {
        const NodeId apart = less(month_index(civil(b)), month_index(civil(a)));
        return less(apart, b_.make(Op::less, {b, add_months(a, apart, false)}));
    }
    NodeId month_ends(NodeId a, NodeId b) { return less(month_index(civil(b)), month_index(civil(a))); }
    /// 1 for Monday ... 7 for Sunday; 1 January 1970 was a Thursday.
    NodeId weekday(NodeId date) {
        const NodeId z = plus(date, 3);
        return plus(less(z, times(over(z, 7), 7)), 1);
    }
    /// Mondays to Fridays before the date, counted from some Monday.
    NodeId working_days_before(NodeId date) {
        const NodeId z = plus(date, 3), weeks = over(z, 7);
        return b_.add(times(weeks, 5), b_.minimum(less(z, times(weeks, 7)), b_.constant(5)));
    }
    NodeId thirty_360(NodeId a, NodeId b) {
        const Civil from = civil(a), to = civil(b);
        const NodeId thirty = b_.constant(30), start = b_.minimum(from.day, thirty);
        const NodeId finish = b_.choose(b_.make(Op::equal, {start, thirty}), b_.minimum(to.day, thirty), to.day);
        const NodeId days = b_.weighted({month_index(to), month_index(from), finish, start}, {0, 30, -30, 1, -1});
        return b_.scale(days, Exact(1, 360));
    }

private:
    Builder& b_;
    NodeId over(NodeId x, long by) { return b_.make(Op::floor_divide, {x, b_.constant(by)}); }
    NodeId times(NodeId x, long by) { return b_.scale(x, Exact(by)); }
    NodeId plus(NodeId x, long more) { return b_.weighted({x}, {Exact(more), 1}); }
    NodeId less(NodeId a, NodeId b) { return b_.subtract(a, b); }
    NodeId year_start(NodeId year) { return b_.sum({times(year, 365), over(year, 4), times(over(year, 100), -1)}); }
};

}  // namespace

Exact Lowering::day_number(const std::string& text, const Context& context) {
    const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                        text.find_first_not_of("0123456789-") == std::string::npos;
    if (shaped) {
        const int year = std::stoi(text.substr(0, 4)), month = std::stoi(text.substr(5, 2)),
                  day = std::stoi(text.substr(8, 2));
        Dates dates(builder);
        if (month >= 1 && month <= 12 && day >= 1) {
            const NodeId index = builder.constant(year * 12 + month - 1);
            if (Exact(day) <= *builder.known(dates.length_of(index)))
                return *builder.known(dates.first_of(index)) + (day - 1);
        }
    }
    fail("type", context, "'" + text + "' is no date such as '2024-04-15'");
}

std::optional<Typed> Lowering::of_dates(const Expression& e, const Context& context) {
    static const std::set<std::string> functions = {
        "date",    "period_start", "period_end",     "days",          "year_of",    "month_of",     "day_of",
        "weekday", "add_months",   "months_between", "years_between", "month_ends", "working_days", "year_fraction"};
    const std::string& f = e.name;
    if (!functions.contains(f)) return std::nullopt;
    const std::string text = formula::to_text(e);
    const Unit date{{{"date", 1}}}, days{{{"day", 1}}};
    const Month first = calendar().start + calendar().first_month(context.every, context.period);
    const Month end = calendar().start + calendar().end_month(context.every, context.period);
    Dates dates(builder);
    const auto first_day = [&](const Month& month) {
        return *builder.known(dates.first_of(builder.constant(month.year() * 12 + month.month() - 1)));
    };
    if (f == "date")
        return literal(day_number(text_argument(e, 0, "a date such as '2024-04-15'", context), context), date);
    if (f == "period_start") return literal(first_day(first), date);
    if (f == "period_end") return literal(first_day(end) - 1, date);
    if (f == "days") return literal(first_day(end) - first_day(first), days);

    const std::size_t values = f == "add_months" || f == "year_fraction" ? 2 : e.operands.size();
    std::vector<Typed> x;
    for (std::size_t i = 0; i < values; ++i) x.push_back(expression(*e.operands[i], context));
    const std::string dimension = align(x, context, "'" + text + "'");
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (f == "add_months" && i == 1) continue;
        if (x[i].unit != date)
            fail("unit", context,
                 text + " needs a date, such as date('2024-04-15') or an input in the unit 'date', not " +
                     x[i].unit.text());
    }
    Typed result;
    result.dimension = dimension;
    const NodeId a = x[0].node;
    if (f == "year_of" || f == "month_of" || f == "day_of") {
        const auto civil = dates.civil(a);
        result.node = f == "year_of" ? civil.year : f == "month_of" ? civil.month : civil.day;
        result.bare = true;
    } else if (f == "weekday") {
        result.node = dates.weekday(a);
        result.bare = true;
    } else if (f == "add_months") {
        const bool keeps = choice_argument(e, 2, {"same_day", "month_end"}, context) == 1;
        result.node = dates.add_months(a, x[1].node, keeps);
        result.unit = date;
    } else if (f == "months_between" || f == "years_between") {
        const NodeId months = dates.months_between(a, x[1].node);
        result.node = f == "months_between" ? months : builder.make(Op::floor_divide, {months, builder.constant(12)});
        result.bare = true;
    } else if (f == "month_ends") {
        result.node = dates.month_ends(a, x[1].node);
        result.bare = true;
    } else if (f == "year_fraction") {
        const auto convention = choice_argument(e, 2, {"actual_365", "actual_360", "thirty_360"}, context);
        result.node = convention == 2
                          ? dates.thirty_360(a, x[1].node)
                          : builder.scale(builder.subtract(x[1].node, a), Exact(1, convention == 0 ? 365 : 360));
        result.bare = true;
    } else {  // working_days: a included, b not
        const NodeId b = x[1].node;
        std::vector<NodeId> parts{dates.working_days_before(b), builder.negate(dates.working_days_before(a))};
        for (std::size_t i = 0; i < calendar().holidays.size(); ++i) {
            Context inside = context;
            inside.path = "/calendar/holidays/" + std::to_string(i);
            const NodeId holiday = builder.constant(day_number(calendar().holidays[i], inside));
            if (*builder.known(dates.weekday(holiday)) > 5) continue;
            parts.push_back(builder.negate(builder.make(Op::less, {holiday, b})));
            parts.push_back(builder.make(Op::less, {holiday, a}));  // also where b comes first
        }
        result.node = builder.sum(parts);
        result.unit = days;
    }
    return traced(result, f, text, x);
}

}  // namespace openbook::engine
