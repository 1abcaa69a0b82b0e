#include "openbook/finance/finances.hpp"

namespace openbook {

const Record& FixedCost::record() {
    static const Record record =
        describe<FixedCost>("fixed", "A cost that does not depend on activity.",
                            {field<&FixedCost::amount>("amount", "Amount a month.").in("£").required()}, "IC-02");
    return record;
}
const Record& VariableCost::record() {
    static const Record record =
        describe<VariableCost>("variable", "A cost of each unit.",
                               {field<&VariableCost::quantity>("quantity", "Units in the month.").required(),
                                field<&VariableCost::rate>("rate", "Cost of one unit.").in("£ per unit").required()},
                               "SCN-06");
    return record;
}
const Record& StepCost::record() {
    static const Record record =
        describe<StepCost>("step", "A cost of each started unit of capacity: wards, teams, rotas.",
                           {field<&StepCost::quantity>("quantity", "Units in the month.").required(),
                            field<&StepCost::capacity>("capacity", "Units that one step holds.").required(),
                            field<&StepCost::rate>("rate", "Cost of one step a month.").in("£").required()},
                           "RS-28");
    return record;
}
const Record& StrandedCost::record() {
    static const Record record = describe<StrandedCost>(
        "stranded", "A fixed cost that stays when activity leaves, until its capacity is closed.",
        {field<&StrandedCost::amount>("amount", "Amount a month while open.").in("£").required(),
         field<&StrandedCost::quantity>("quantity", "What fills the capacity.").required(),
         field<&StrandedCost::closes_below>("closes_below", "The capacity closes once the quantity is below this.")
             .required(),
         field<&StrandedCost::notice>("notice", "Months from then to the end of the cost.").in("months")},
        "RS-28; S-B5; S-B11");
    return record;
}
const Record& Cost::record() {
    static const Record record = describe<Cost>(
        "cost", "What a party spends, month by month.",
        {field<&Cost::id>("id", "Stable name.").required(), field<&Cost::name>("name", "Name in reports."),
         field<&Cost::party>("party", "Who bears it.").refers("party").required(),
         field<&Cost::to>("to", "Where it goes; absent: the first party with the role supplier.").refers("party"),
         field<&Cost::starts>("starts", "First month."), field<&Cost::ends>("ends", "Last month."),
         field<&Cost::tags>("tags", "Words by which scenarios for many books find it."),
         field<&Cost::terms>("terms", "The kind's own fields.").flatten()});
    return record;
}
const Record& Funding::record() {
    static const Record record = describe<Funding>(
        "funding", "Money that comes from outside the contracts.",
        {field<&Funding::id>("id", "Stable name.").required(), field<&Funding::name>("name", "Name in reports."),
         field<&Funding::party>("party", "Who receives it.").refers("party").required(),
         field<&Funding::from>("from", "Who gives it.").refers("party").required(),
         field<&Funding::every>("every", "Its calendar."),
         field<&Funding::amount>("amount", "Amount of one period.").in("£").required()});
    return record;
}
const Record& Finances::record() {
    static const Record record = describe<Finances>(
        "finances", "Costs, funding, opening cash and reserves of the parties.",
        {field<&Finances::opening_cash>("opening_cash", "Cash at the start, by party.").in("£").refers("party"),
         field<&Finances::reserves>("reserves", "Reserves, by party.").in("£").refers("party"),
         field<&Finances::costs>("costs", "Costs."), field<&Finances::funding>("funding", "Funding.")});
    return record;
}

}  // namespace openbook
