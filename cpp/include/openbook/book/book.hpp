// The whole agreed model as one value.
#pragma once

#include "openbook/book/contracts.hpp"
#include "openbook/book/parties.hpp"
#include "openbook/finance/finances.hpp"
#include "openbook/outcomes/framework.hpp"
#include "openbook/scenarios/drivers.hpp"
#include "openbook/scenarios/scenario.hpp"

namespace openbook {

/// The version of the document format that this library writes. Older versions are migrated when read.
inline constexpr int format_version = 1;

struct Note {
    std::string on, author, date, status, text;
    static const Record& record();
    friend bool operator==(const Note&, const Note&) = default;
};

struct Book {
    int format = format_version;
    std::string id, title, description, currency = "GBP";
    Calendar calendar;
    std::vector<Dimension> dimensions;
    std::vector<Category> categories;
    std::vector<Definition> definitions;
    std::vector<Party> parties;
    std::vector<Service> services;
    std::vector<Input> inputs;
    std::vector<Parameter> parameters;
    std::vector<Curve> curves;
    std::vector<LookupTable> tables;
    std::vector<Quantity> quantities;
    std::vector<Framework> frameworks;
    std::vector<Contract> contracts;
    std::vector<Overlay> overlays;
    std::vector<std::string> precedence;
    std::vector<Concession> concessions;
    Finances finances;
    std::vector<RecordedSeries> recorded_series;
    std::vector<Resampling> resamplings;
    std::vector<RegimeChain> regime_chains;
    std::vector<Hazard> hazards;
    std::vector<Driver> drivers;
    std::vector<Correlation> correlations;
    std::vector<Scenario> scenarios;
    std::vector<Note> notes;
    static const Record& record();
    friend bool operator==(const Book&, const Book&) = default;
};

}  // namespace openbook
