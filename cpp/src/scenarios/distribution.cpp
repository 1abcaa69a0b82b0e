#include "scenarios/distribution.hpp"

#include <algorithm>

namespace openbook::scenarios {
namespace {

/// The fields of each shape, in the order of Shape; those with a mark must be given.
const std::vector<std::vector<std::string>>& fields() {
    static const std::vector<std::vector<std::string>> list = {
        {"value!"},
        {"mean", "deviation!"},
        {"mean", "deviation!"},
        {"location", "scale!", "degrees_of_freedom!"},
        {"low!", "mode!", "high!"},
        {"low!", "mode!", "high!"},
        {"alpha!", "beta!", "low", "high"},
        {"minimum!", "tail!"},
        {"mean!"},
        {"mean!", "dispersion!"},
        {"values!"},
    };
    return list;
}

Term or_else(const Term& term, const char* otherwise) {
    return term.empty() ? Term(otherwise) : term;
}

}  // namespace

AnyDistribution as_named(const Distribution& d) {
    switch (d.shape) {
        case Shape::fixed: return Fixed{d.value};
        case Shape::normal: return Normal{or_else(d.mean, "0"), d.deviation};
        case Shape::lognormal: return Lognormal{or_else(d.mean, "1"), d.deviation};
        case Shape::student_t: return StudentT{or_else(d.location, "0"), d.scale, d.degrees_of_freedom};
        case Shape::triangular: return Triangular{d.low, d.mode, d.high};
        case Shape::pert: return Pert{d.low, d.mode, d.high};
        case Shape::beta: return Beta{d.alpha, d.beta, or_else(d.low, "0"), or_else(d.high, "1")};
        case Shape::pareto: return Pareto{d.minimum, d.tail};
        case Shape::poisson: return Poisson{d.mean};
        case Shape::negative_binomial: return NegativeBinomial{d.mean, d.dispersion};
        case Shape::empirical: return Empirical{d.values};
    }
    return Fixed{d.value};
}

std::vector<std::pair<std::string, std::string>> faults(const Distribution& distribution) {
    const std::string shape = choice_names<Shape>()[static_cast<std::size_t>(distribution.shape)];
    const std::vector<std::string>& own = fields()[static_cast<std::size_t>(distribution.shape)];
    std::vector<std::pair<std::string, std::string>> result;
    std::string known;
    for (const std::string& name : own) known += (known.empty() ? "" : ", ") + name.substr(0, name.find('!'));
    for (const Field& field : Distribution::record().fields) {
        if (field.name == "shape") continue;
        // The descriptors reach members through plain pointers; nothing is changed.
        void* place = field.at(const_cast<Distribution*>(&distribution));
        const bool given =
            field.type->kind == Kind::term ? !static_cast<const Term*>(place)->empty() : field.type->size(place) > 0;
        const bool needed = std::find(own.begin(), own.end(), field.name + "!") != own.end();
        const bool allowed = needed || std::find(own.begin(), own.end(), field.name) != own.end();
        if (given && !allowed)
            result.emplace_back(field.name, "a distribution of shape \"" + shape + "\" has no \"" + field.name +
                                                "\"; expected: " + known);
        if (!given && needed)
            result.emplace_back(field.name, "\"" + field.name + "\" is missing in a distribution of shape \"" + shape +
                                                "\"; expected: " + known);
    }
    return result;
}

}  // namespace openbook::scenarios
