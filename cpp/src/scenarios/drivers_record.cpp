#include "openbook/scenarios/drivers.hpp"

namespace openbook {

const Record& Normal::record() {
    static const Record record =
        describe<Normal>("normal", "Normal distribution.",
                         {field<&Normal::mean>("mean", "Mean."),
                          field<&Normal::deviation>("deviation", "Standard deviation, at least 0.").required()});
    return record;
}
const Record& Lognormal::record() {
    static const Record record = describe<Lognormal>(
        "lognormal", "Lognormal distribution with a stated mean.",
        {field<&Lognormal::mean>("mean", "Mean of the value itself, above 0."),
         field<&Lognormal::deviation>("deviation", "Standard deviation of the logarithm, at least 0.").required()});
    return record;
}
const Record& Triangular::record() {
    static const Record record =
        describe<Triangular>("triangular", "Triangular distribution.",
                             {field<&Triangular::low>("low", "Least value.").required(),
                              field<&Triangular::mode>("mode", "Most likely value.").required(),
                              field<&Triangular::high>("high", "Greatest value.").required()});
    return record;
}
const Record& Pert::record() {
    static const Record record =
        describe<Pert>("pert", "PERT: a beta distribution from least, most likely (weight 4) and greatest value.",
                       {field<&Pert::low>("low", "Least value.").required(),
                        field<&Pert::mode>("mode", "Most likely value.").required(),
                        field<&Pert::high>("high", "Greatest value.").required()});
    return record;
}
const Record& Beta::record() {
    static const Record record =
        describe<Beta>("beta", "Beta distribution between two bounds.",
                       {field<&Beta::alpha>("alpha", "First shape, above 0.").required(),
                        field<&Beta::beta>("beta", "Second shape, above 0.").required(),
                        field<&Beta::low>("low", "Lower bound."), field<&Beta::high>("high", "Upper bound.")});
    return record;
}
const Record& Poisson::record() {
    static const Record record = describe<Poisson>("poisson", "Poisson counts.",
                                                   {field<&Poisson::mean>("mean", "Mean; absent: the input's plan.")});
    return record;
}
const Record& NegativeBinomial::record() {
    static const Record record =
        describe<NegativeBinomial>("negative_binomial", "Counts with variance mean * (1 + dispersion * mean).",
                                   {field<&NegativeBinomial::mean>("mean", "Mean; absent: the input's plan."),
                                    field<&NegativeBinomial::dispersion>("dispersion", "Above 0.").required()});
    return record;
}
const Record& Empirical::record() {
    static const Record record =
        describe<Empirical>("empirical", "One of the observed values, each equally likely.",
                            {field<&Empirical::values>("values", "The observed values.").required()});
    return record;
}

const Record& Driver::record() {
    static const Record record = describe<Driver>(
        "driver", "What makes an input uncertain. Draws depend on seed, stream, draw and period alone.",
        {field<&Driver::id>("id", "Stable name.").required(), field<&Driver::name>("name", "Name in reports."),
         field<&Driver::stream>("stream", "Identity of its random stream, which survives renaming; absent: the id."),
         field<&Driver::of>("of", "The input.").refers("input").required(),
         field<&Driver::source>("source", "Where the distribution comes from."),
         field<&Driver::effect>("effect", "Whether the draw is the value, a factor on the plan, or an addition to it."),
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
        "correlation", "Drivers that move together (Gaussian copula of their innovations). New members are appended.",
        {field<&Correlation::id>("id", "Stable name.").required(),
         field<&Correlation::drivers>("drivers", "The drivers, in order.").refers("driver").required(),
         field<&Correlation::matrix>("matrix", "Correlation matrix, row by row.").required(),
         field<&Correlation::source>("source", "Where it comes from.")});
    return record;
}

}  // namespace openbook
