#include "openbook/scenarios/distributions.hpp"

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

const Record& StudentT::record() {
    static const Record record = describe<StudentT>(
        "student_t", "Student's t distribution: like a normal with heavier tails.",
        {field<&StudentT::location>("location", "Middle; the mean where degrees_of_freedom is above 1."),
         field<&StudentT::scale>("scale",
                                 "Scale, at least 0. The standard deviation is scale * sqrt(n / (n - 2)) for n > 2 "
                                 "degrees of freedom and infinite below.")
             .required(),
         field<&StudentT::degrees_of_freedom>("degrees_of_freedom", "1 or more; the fewer, the heavier the tails.")
             .required()});
    return record;
}
const Record& Pareto::record() {
    static const Record record = describe<Pareto>(
        "pareto", "Pareto distribution: P(X > x) = (minimum / x) ** shape.",
        {field<&Pareto::minimum>("minimum", "Least value, above 0.").required(),
         field<&Pareto::shape>("shape",
                               "Tail index, above 0. The mean minimum * shape / (shape - 1) is infinite up to 1, the "
                               "variance up to 2.")
             .required()});
    return record;
}

const Record& Distribution::record() {
    static const Record record = describe<Distribution>(
        "distribution",
        "A distribution that belongs to something: to a regime, a calendar month, a severity, an amplitude. Its fields "
        "are those of the driver of the same kind.",
        {field<&Distribution::shape>("shape", "Which distribution.").required(),
         field<&Distribution::value>("value", "fixed: the value itself."),
         field<&Distribution::mean>("mean",
                                    "normal: the mean, 0 if absent. lognormal: the mean of the value itself, 1 if "
                                    "absent. poisson, negative_binomial: the mean."),
         field<&Distribution::deviation>("deviation",
                                         "normal: standard deviation. lognormal: standard deviation of the logarithm."),
         field<&Distribution::location>("location", "student_t: middle, 0 if absent."),
         field<&Distribution::scale>("scale", "student_t: scale."),
         field<&Distribution::degrees_of_freedom>("degrees_of_freedom", "student_t: 1 or more."),
         field<&Distribution::low>("low", "triangular, pert: least value. beta: lower bound, 0 if absent."),
         field<&Distribution::mode>("mode", "triangular, pert: most likely value."),
         field<&Distribution::high>("high", "triangular, pert: greatest value. beta: upper bound, 1 if absent."),
         field<&Distribution::alpha>("alpha", "beta: first shape."),
         field<&Distribution::beta>("beta", "beta: second shape."),
         field<&Distribution::minimum>("minimum", "pareto: least value."),
         field<&Distribution::tail>("tail", "pareto: tail index."),
         field<&Distribution::dispersion>("dispersion",
                                          "negative_binomial: variance = mean * (1 + dispersion * mean)."),
         field<&Distribution::values>("values", "empirical: the observed values.")},
        "", R"({"shape": "lognormal", "mean": 1.3, "deviation": 0.2})");
    return record;
}

}  // namespace openbook
