#include "openbook/scenarios/scenario.hpp"

namespace openbook {

const Record& Selector::record() {
    static const Record record = describe<Selector>(
        "selector",
        "What a shock acts on, by what it is and not by its name: everything of the kind that answers to all that is "
        "asked.",
        {field<&Selector::kind>(
             "kind",
             "What is looked for. price: a figure in £ for a unit; cost: what a cost comes to a unit or a month; list: "
             "what a capitation clause counts; score: the value of a measure, or an input in points."),
         field<&Selector::units>("units",
                                 "Its unit is one of these; \"*\" at the end stands for any ending, \"count\" for any "
                                 "unit that counts things: no money, ratio, score or month."),
         field<&Selector::words>("words",
                                 "Its id, name, service or tags have one of these words, or begin one with it."),
         field<&Selector::without>("without", "Its id, name, service or tags have none of these words."),
         field<&Selector::tags>("tags", "It carries one of these tags."),
         field<&Selector::roles>("roles", "A party: it has one of these roles; of an input: its party has."),
         field<&Selector::legal>("legal", "A party: it is of one of these legal kinds.")});
    return record;
}

const Record& Shock::record() {
    static const Record record = describe<Shock>(
        "shock",
        "A change of one thing over some months, or an event that befalls a party or a rule. A rule of a longer "
        "calendar takes what holds in the first month of its period.",
        {field<&Shock::on>("on",
                           "What changes: an input, parameter, quantity, driver or cost by its id, a member of a "
                           "dimension as \"activity[site_a]\", any term by its name or path; of an event the party, "
                           "contract, clause or input."),
         field<&Shock::select>("select", "What changes, by what it is, in place of `on`."),
         field<&Shock::action>(
             "action",
             "set, add, scale: the value; ramp: such a change that grows from nothing to full; replay: a recorded "
             "path; "
             "withdrawal, insolvency, key_person_leaves, data_embargo, rule_change, delay_of_payment: events."),
         field<&Shock::value>("value",
                              "By or to what. key_person_leaves: what is left of what the party does; rule_change: the "
                              "new figure; delay_of_payment: months."),
         field<&Shock::starts>("starts", "First month; of a ramp: the last month of nothing."),
         field<&Shock::ends>("ends", "Last month; of a ramp: the last month in full."),
         field<&Shock::months>("months", "Only in these months of every year (12, 1, 2: December to February)."),
         field<&Shock::towards>("towards", "Of a ramp: whether the value is what it is scaled by, added or set to."),
         field<&Shock::full>("full", "Of a ramp: the first month in full."),
         field<&Shock::gone>("gone", "Of a ramp: the month in which nothing is left; absent: it ends at once."),
         field<&Shock::shape>("shape", "Of a ramp: a straight line, or equal steps."),
         field<&Shock::steps>("steps", "Of a stepped ramp: how many steps.").at_least(1).at_most(1200),
         field<&Shock::path>("path", "Of a replay: the recorded values by month (\"2020-03\")."),
         field<&Shock::recorded>("recorded", "Of a replay: values, or ratios to the plan."),
         field<&Shock::aligned>("aligned",
                                "Of a replay: the month of the book that the first recorded month falls on; absent: "
                                "itself."),
         field<&Shock::contracts>("contracts",
                                  "Of a withdrawal, insolvency or delay: these contracts and overlays only.")
             .refers("contract or overlay"),
         field<&Shock::keeps>("keeps",
                              "Of a withdrawal or insolvency: clauses that go on, such as what is due on termination; "
                              "clauses whose subject is \"termination\" go on by themselves.")
             .refers("clause"),
         field<&Shock::costs>("costs",
                              "Of a withdrawal or insolvency: the part of the party's costs that goes on (1: all are "
                              "stranded, 0: all are saved)."),
         field<&Shock::recovered>("recovered", "Of an insolvency: the part of what the party still owes that is paid."),
         field<&Shock::stand_in>("stand_in",
                                 "Of a data embargo: what stands for a value that may not be missing: its plan, the "
                                 "last known value, zero; or `value`."),
         field<&Shock::chosen>(
             "chosen",
             "Of a rule change: the clause's reading, or the parameter's alternative, that holds; a new "
             "figure is given by `value`."),
         field<&Shock::narrative>("narrative", "What happens."),
         field<&Shock::source>("source", "Where it comes from.")},
        "L970; SCN-31", R"({"on": "spells", "action": "ramp", "value": 1.2, "starts": "2024-06", "full": "2024-09"})");
    return record;
}

const Record& Scenario::record() {
    static const Record record = describe<Scenario>(
        "scenario", "What might happen: shocks in order, each acting on what those before it left.",
        {field<&Scenario::id>("id", "Stable name.").required(), field<&Scenario::name>("name", "Name in reports."),
         field<&Scenario::narrative>("narrative", "The story."),
         field<&Scenario::source>("source", "Where it comes from."),
         field<&Scenario::illustrative>("illustrative", "Whether it is assumed."),
         field<&Scenario::includes>("includes",
                                    "Other scenarios, by id or name, whose shocks come first, in this order."),
         field<&Scenario::one_at_a_time>("one_at_a_time",
                                         "Whether it is one scenario for each thing that its selectors find."),
         field<&Scenario::shocks>("shocks", "The shocks, applied in order.")});
    return record;
}

const Record& ScenarioSet::record() {
    static const Record record = describe<ScenarioSet>(
        "scenario_set", "Scenarios in a file of their own, with the story that they tell together.",
        {field<&ScenarioSet::id>("id", "Stable name.").required(),
         field<&ScenarioSet::name>("name", "Name in reports."),
         field<&ScenarioSet::narrative>("narrative", "The story."),
         field<&ScenarioSet::source>("source", "Where it comes from."),
         field<&ScenarioSet::illustrative>("illustrative", "Whether it is assumed."),
         field<&ScenarioSet::written_for>("written_for",
                                          "The month that stands for the first month of a book: all months of the set "
                                          "move with it to the book's start; absent: months are meant as they are."),
         field<&ScenarioSet::scenarios>("scenarios", "The scenarios.").required()},
        "L970; SCN-31",
        R"({"id": "surge", "scenarios": [{"id": "up", "shocks": [{"select": {"units": ["count"]}, "value": 1.1}]}]})");
    return record;
}

}  // namespace openbook
