#include "openbook/scenarios/processes.hpp"

namespace openbook {

const Record& Regime::record() {
    static const Record record = describe<Regime>(
        "regime", "One state of a regime chain.",
        {field<&Regime::name>("name", "Its name, which distributions of drivers and explanations use.").required(),
         field<&Regime::initial>("initial",
                                 "Probability to begin in it. Where no regime of the chain has one, the chain begins "
                                 "with its long-run shares."),
         field<&Regime::next>("next",
                              "Probability of each regime in the next period, by name; those not named have 0. They "
                              "sum to 1. Terms may differ by date.")
             .required()},
        "Hamilton 1989, Econometrica 57(2)", R"({"name": "usual", "next": {"usual": 0.95, "severe": 0.05}})");
    return record;
}

const Record& RegimeChain::record() {
    static const Record record = describe<RegimeChain>(
        "regime_chain",
        "A hidden Markov chain over named regimes, shared by any number of drivers of kind regime_switching. It has a "
        "stream of its own.",
        {field<&RegimeChain::id>("id", "Stable name.").required(),
         field<&RegimeChain::name>("name", "Name in reports."),
         field<&RegimeChain::stream>("stream", "Identity of its random stream; absent: the id."),
         field<&RegimeChain::every>("every", "How often the regime may change."),
         field<&RegimeChain::regimes>("regimes", "The regimes, at least two.").required(),
         field<&RegimeChain::source>("source", "Where the probabilities come from."),
         field<&RegimeChain::illustrative>("illustrative", "Whether they are assumed.")},
        "Hamilton 1989, Econometrica 57(2)",
        R"({"id": "winter_pressure", "regimes": [
 {"name": "usual", "next": {"usual": 0.95, "severe": 0.05}},
 {"name": "severe", "next": {"usual": 0.25, "severe": 0.75}}]})");
    return record;
}

const Record& Hazard::record() {
    static const Record record = describe<Hazard>(
        "hazard",
        "Something that may happen: when it arrives and how long it lasts. What it does to an input is said by drivers "
        "of kind jump, any number of which share its arrivals.",
        {field<&Hazard::id>("id", "Stable name.").required(), field<&Hazard::name>("name", "Name in reports."),
         field<&Hazard::stream>("stream", "Identity of its random stream; absent: the id."),
         field<&Hazard::every>("every", "The period that the rate is of."),
         field<&Hazard::arrivals>(
             "arrivals", "bernoulli: none or one in a period. poisson: any number, independent of one another."),
         field<&Hazard::rate>("rate",
                              "Probability of an arrival in a period (bernoulli), or mean number of arrivals in it "
                              "(poisson, at most 50). May differ by date.")
             .required(),
         field<&Hazard::lasts>("lasts", "For how many periods, from that of the arrival.").at_least(1).at_most(1200),
         field<&Hazard::at_most_once>("at_most_once", "Whether it happens no second time."),
         field<&Hazard::one_at_a_time>("one_at_a_time", "Whether none arrives while one is underway."),
         field<&Hazard::starts>("starts", "First month in which it may arrive."),
         field<&Hazard::ends>("ends", "Last month in which it may arrive."),
         field<&Hazard::source>("source", "Where the rate comes from."),
         field<&Hazard::illustrative>("illustrative", "Whether it is assumed.")},
        "", R"({"id": "pandemic", "rate": 0.004, "lasts": 9, "at_most_once": true, "illustrative": true})");
    return record;
}

const Record& RecordedSeries::record() {
    static const Record record = describe<RecordedSeries>(
        "recorded_series", "What was recorded, month by month, for drivers of kind bootstrap.",
        {field<&RecordedSeries::id>("id", "Stable name.").required(),
         field<&RecordedSeries::name>("name", "Name in reports."),
         field<&RecordedSeries::unit>("unit", "What the values count."),
         field<&RecordedSeries::starts>("starts", "Month of the first value.").required(),
         field<&RecordedSeries::values>("values", "One value for each month, without a gap.").required(),
         field<&RecordedSeries::source>("source", "Where it comes from."),
         field<&RecordedSeries::illustrative>("illustrative", "Whether it is made up.")},
        "",
        R"({"id": "attendances_before", "starts": "2022-04", "values": [980, 1010, 1002], "source": "monthly return"})");
    return record;
}

const Record& Resampling::record() {
    static const Record record = describe<Resampling>(
        "resampling",
        "A block bootstrap: which recorded month stands for which month of the model. Drivers of kind bootstrap that "
        "share it take the same months, and so keep how their series moved together. It has a stream of its own.",
        {field<&Resampling::id>("id", "Stable name.").required(), field<&Resampling::name>("name", "Name in reports."),
         field<&Resampling::stream>("stream", "Identity of its random stream; absent: the id."),
         field<&Resampling::blocks>(
             "blocks",
             "moving: blocks of a fixed length, each from a random place. stationary: blocks of random length, "
             "geometric with mean block_length; after the last recorded month comes the first."),
         field<&Resampling::block_length>("block_length", "Months in a block, or their mean.")
             .required()
             .at_least(1)
             .at_most(1200),
         field<&Resampling::same_calendar_month>(
             "same_calendar_month",
             "Whether a January is drawn for a January: blocks begin in the month they stand for."),
         field<&Resampling::starts>("starts", "First recorded month that may be drawn.").required(),
         field<&Resampling::ends>("ends", "Last recorded month that may be drawn.").required()},
        "Künsch 1989, Annals of Statistics 17(3); Politis and Romano 1994, JASA 89(428)",
        R"({"id": "past_winters", "block_length": 6, "starts": "2014-04", "ends": "2019-03"})");
    return record;
}

}  // namespace openbook
