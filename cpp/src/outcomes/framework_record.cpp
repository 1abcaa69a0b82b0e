#include "openbook/outcomes/framework.hpp"

namespace openbook {

const Record& Measure::record() {
    static const Record record = describe<Measure>(
        "measure", "An indicator scored between -1 (pain) and 1 (gain).",
        {field<&Measure::id>("id", "Stable name.").required(), field<&Measure::name>("name", "Name in reports."),
         field<&Measure::value>("value", "What is measured, usually an input.").required(),
         field<&Measure::weight>("weight", "Its weight in the framework.").required(),
         field<&Measure::pain_at>("pain_at", "Scores -1 here and beyond; absent: no pain."),
         field<&Measure::gain_at>("gain_at", "Scores 1 here and beyond; above or below pain_at says which way is good.")
             .required(),
         field<&Measure::shape>("shape", "steps: -1, 0 or 1; linear: straight between pain_at and gain_at.")},
        "OF-01; OF-04; RS-05");
    return record;
}

const Record& Framework::record() {
    static const Record record = describe<Framework>(
        "framework", "A weighted list of measures.",
        {field<&Framework::id>("id", "Stable name.").required(), field<&Framework::name>("name", "Name in reports."),
         field<&Framework::measures>("measures", "The measures; literal weights sum to 1.")},
        "OF-01");
    return record;
}

}  // namespace openbook
