// A distribution's value at a standard normal, as nodes.
#pragma once

#include "engine/driver_lowering.hpp"

namespace openbook::engine {

class MarginalLowering {
public:
    MarginalLowering(DriverLowering& drivers, const Context& context, const Score& score, NodeId plan)
        : drivers_(drivers), context_(context), score_(score), plan_(plan) {}

    NodeId operator()(const Fixed& d);
    NodeId operator()(const Normal& d);
    NodeId operator()(const Lognormal& d);
    NodeId operator()(const StudentT& d);
    NodeId operator()(const Triangular& d);
    NodeId operator()(const Pert& d);
    NodeId operator()(const Beta& d);
    NodeId operator()(const Pareto& d);
    NodeId operator()(const Poisson& d);
    NodeId operator()(const NegativeBinomial& d);
    NodeId operator()(const Empirical& d);

private:
    DriverLowering& drivers_;
    const Context& context_;
    const Score& score_;
    NodeId plan_;

    double number(const Term& term, const std::string& what);
    double spread(const Term& term, const std::string& what);
    double planned_mean(const Term& mean);
    NodeId linear(double shift, double by);
    template <class Make>
    NodeId tabled(const std::string& kind, const std::vector<double>& numbers, const Make& make);
};

}  // namespace openbook::engine
