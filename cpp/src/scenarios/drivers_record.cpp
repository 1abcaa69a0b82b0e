#include "openbook/scenarios/drivers.hpp"

namespace openbook {

const Record& RegimeSwitching::record() {
    static const Record record = describe<RegimeSwitching>(
        "regime_switching", "A distribution for each regime of a chain; the chain says which one holds in a period.",
        {field<&RegimeSwitching::chain>("chain", "The regime chain.").refers("regime_chain").required(),
         field<&RegimeSwitching::regimes>("regimes", "The distribution in each regime, by the regime's name.")
             .required()},
        "Hamilton 1989, Econometrica 57(2)");
    return record;
}
const Record& JumpEvents::record() {
    static const Record record = describe<JumpEvents>(
        "jump",
        "What the arrivals of a hazard do. Each arrival draws a severity, which holds while it lasts. Severities of "
        "arrivals that are underway together add up, as factors they multiply; where none is underway the sum is 0, "
        "the "
        "factor 1.",
        {field<&JumpEvents::hazard>("hazard", "The hazard.").refers("hazard").required(),
         field<&JumpEvents::severity>("severity",
                                      "Distribution of what one arrival does. Absent: 1 while the hazard is underway, "
                                      "else 0, for an input that formulas read."),
         field<&JumpEvents::lasts>("lasts", "Periods for which it is felt here; absent: as long as the hazard lasts.")
             .at_least(1)
             .at_most(1200)});
    return record;
}
const Record& Seasonal::record() {
    static const Record record = describe<Seasonal>(
        "seasonal",
        "A factor (or value, or addition) for each month of the year. An amplitude a stretches all of them: a factor f "
        "becomes 1 + a * (f - 1), an addition d becomes a * d, a value v becomes m + a * (v - m) with m the mean of "
        "the "
        "twelve.",
        {field<&Seasonal::months>("months", "Twelve figures, January first.").required(),
         field<&Seasonal::amplitude>("amplitude", "Distribution of the amplitude; absent: 1."),
         field<&Seasonal::amplitude_every>("amplitude_every", "How often the amplitude is drawn.")});
    return record;
}
const Record& CalendarMonth::record() {
    static const Record record =
        describe<CalendarMonth>("calendar_month", "A distribution for each month of the year.",
                                {field<&CalendarMonth::months>("months", "Twelve, January first.").required()});
    return record;
}
const Record& RandomWalk::record() {
    static const Record record = describe<RandomWalk>(
        "random_walk",
        "A trend and what is never made good: each period adds a step to the one before (added), or a proportion of it "
        "(compounded). After n periods the mean is start + n * drift, or start * (1 + drift) ** n.",
        {field<&RandomWalk::steps>("steps", "Whether steps are added or compounded."),
         field<&RandomWalk::start>("start", "Value before the first period; absent: 0 if added, 1 if compounded."),
         field<&RandomWalk::drift>("drift", "Mean step in one period, as a proportion if compounded."),
         field<&RandomWalk::deviation>("deviation",
                                       "Standard deviation of a step, of its logarithm if compounded; at least 0."),
         field<&RandomWalk::drift_deviation>(
             "drift_deviation",
             "Standard deviation of the drift itself (of its logarithm if compounded), drawn once for all periods.")});
    return record;
}
const Record& Bootstrap::record() {
    static const Record record = describe<Bootstrap>(
        "bootstrap", "Months of a recorded series, in the order in which a resampling draws them.",
        {field<&Bootstrap::resampling>("resampling", "The resampling.").refers("resampling").required(),
         field<&Bootstrap::series>("series", "The recorded series.").refers("recorded_series").required(),
         field<&Bootstrap::measured>("measured",
                                     "Whether the values are taken as recorded, over their mean (a factor), or less "
                                     "their mean (an addition); the mean is that of the months that may be drawn.")},
        "Künsch 1989, Annals of Statistics 17(3); Politis and Romano 1994, JASA 89(428)");
    return record;
}

const Record& Driver::record() {
    static const Record record = describe<Driver>(
        "driver", "What makes an input uncertain. Draws depend on seed, stream, draw and period alone.",
        {field<&Driver::id>("id", "Stable name.").required(), field<&Driver::name>("name", "Name in reports."),
         field<&Driver::stream>("stream", "Identity of its random stream, which survives renaming; absent: the id."),
         field<&Driver::of>("of", "The input.").refers("input").required(),
         field<&Driver::source>("source", "Where the distribution comes from."),
         field<&Driver::effect>("effect",
                                "Whether the draw is the value, a factor on the plan, or an addition to it. Where an "
                                "input has several drivers, each acts on what those before it made."),
         field<&Driver::members>("members",
                                 "Of an input with a dimension: whether one draw moves all members together, or each "
                                 "has its own. In a correlation group the members share what the group shares."),
         field<&Driver::autoregression>("autoregression",
                                        "Memory from one period to the next, between -1 and 1, on the normal scale."),
         field<&Driver::illustrative>("illustrative", "Whether the distribution is assumed."),
         field<&Driver::distribution>("distribution", "The distribution's own fields.").flatten()});
    return record;
}

const Record& Correlation::record() {
    static const Record record = describe<Correlation>(
        "correlation",
        "Drivers that move together: a Gaussian copula of their innovations, or a t copula, in which extremes come "
        "together. New members are appended.",
        {field<&Correlation::id>("id", "Stable name.").required(),
         field<&Correlation::drivers>("drivers", "The drivers, and hazards, in order.")
             .refers("driver or hazard")
             .required(),
         field<&Correlation::matrix>("matrix", "Correlation matrix, row by row.").required(),
         field<&Correlation::degrees_of_freedom>("degrees_of_freedom",
                                                 "Of a t copula; the fewer, the more extremes come together. Absent: a "
                                                 "Gaussian copula.")
             .at_least(1)
             .at_most(1e6),
         field<&Correlation::stream>("stream", "Identity of the t copula's mixing stream; absent: the id."),
         field<&Correlation::source>("source", "Where it comes from.")});
    return record;
}

}  // namespace openbook
