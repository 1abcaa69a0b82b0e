// Descriptions of the book itself and of what it holds besides clauses.
#include "openbook/book/book.hpp"

namespace openbook {

const Record& Calendar::record() {
    static const Record record = describe<Calendar>(
        "calendar", "The months of the model. Quarters, half-years and contract years are counted from its start.",
        {
            field<&Calendar::start>("start", "First month.").required(),
            field<&Calendar::months>("months", "How many months.").at_least(1).at_most(1200),
            field<&Calendar::financial_year_starts>("financial_year_starts", "Month in which financial years start.")
                .at_least(1)
                .at_most(12),
            field<&Calendar::holidays>("holidays", "Dates that are no working days, such as \"2024-12-25\"."),
        });
    return record;
}

const Record& Bearing::record() {
    static const Record record = describe<Bearing>(
        "bearing", "What a party may lawfully do under one mechanism.",
        {field<&Bearing::mechanism>("mechanism", "A clause's id or a clause family's name.").required(),
         field<&Bearing::may_pay>("may_pay", "Whether it may pay."),
         field<&Bearing::may_receive>("may_receive", "Whether it may receive."),
         field<&Bearing::reason>("reason", "Why.")},
        "RS-17; D-04");
    return record;
}

const Record& Party::record() {
    static const Record record = describe<Party>(
        "party", "An organisation; it may be commissioner and provider at once.",
        {field<&Party::id>("id", "Stable name that other parts refer to.").required(),
         field<&Party::name>("name", "Name in reports."), field<&Party::roles>("roles", "What it does in this book."),
         field<&Party::legal>("legal", "Its legal kind."),
         field<&Party::bears>("bears",
                              "What it may bear, mechanism by mechanism; without an entry it may pay and receive."),
         field<&Party::tags>("tags", "Words by which scenarios for many books find it.")});
    return record;
}

const Record& Service::record() {
    static const Record record = describe<Service>(
        "service", "A stream of activity with its currency.",
        {field<&Service::id>("id", "Stable name.").required(), field<&Service::name>("name", "Name in reports."),
         field<&Service::unit>("unit", "What is counted: spell, attendance, bed day, contact, package."),
         field<&Service::provider>("provider", "Who delivers it.").refers("party")});
    return record;
}

const Record& Dimension::record() {
    static const Record record = describe<Dimension>(
        "dimension",
        "A named list of members over which a rule is written once: currencies, sites, age bands. With parents it is a "
        "table: each row belongs to one member of another dimension, such as a site to its provider or a line of "
        "activity to its currency and its setting.",
        {field<&Dimension::id>("id", "Stable name.").required(), field<&Dimension::name>("name", "Name in reports."),
         field<&Dimension::members>("members", "The members, in order.").required(),
         field<&Dimension::parents>("parents",
                                    "Dimensions that the members belong to: for each, the member of that dimension by "
                                    "member of this one. Values of a parent are valid for its members, and "
                                    "sum(x, 'parent') adds members up.")});
    return record;
}

const Record& Transition::record() {
    static const Record record = describe<Transition>(
        "transition", "A change of status that is permitted.",
        {field<&Transition::from>("from", "The status before.").required(),
         field<&Transition::to>("to", "What it may become; to stay as it is is always permitted.").required(),
         field<&Transition::starts>("starts", "First month in which the change may be made."),
         field<&Transition::ends>("ends", "Last month in which the change may be made.")});
    return record;
}

const Record& Category::record() {
    static const Record record = describe<Category>(
        "category",
        "A closed list of names that an input, a parameter or a quantity may have as its value, written as texts in "
        "formulas: status == 'open'. With transitions it is a status: a settlement refuses a change that is not "
        "permitted.",
        {field<&Category::id>("id", "Stable name.").required(), field<&Category::name>("name", "Name in reports."),
         field<&Category::values>("values", "The names, in order.").required(),
         field<&Category::ordered>("ordered", "Whether the order means something: later ones are greater."),
         field<&Category::initial>("initial", "What a status may be in the first period; absent: any."),
         field<&Category::transitions>("transitions",
                                       "Changes from one period to the next that are permitted; absent: "
                                       "all.")});
    return record;
}

const Record& Argument::record() {
    static const Record record =
        describe<Argument>("argument", "What a definition is given when it is called.",
                           {field<&Argument::id>("id", "Name in the definition's formula.").required(),
                            field<&Argument::name>("name", "What it is, in words."),
                            field<&Argument::unit>("unit", "Unit that it must have; absent: any.")});
    return record;
}

const Record& Definition::record() {
    static const Record record = describe<Definition>(
        "definition",
        "A formula with a name and arguments. Formulas call it like a function; it is written out where it is called, "
        "and never calls itself.",
        {field<&Definition::id>("id", "Name by which formulas call it.").required(),
         field<&Definition::name>("name", "Name in reports."),
         field<&Definition::words>("words", "What it gives, and by which method."),
         field<&Definition::arguments>("arguments", "What it is given, in order.").required(),
         field<&Definition::formula>("formula", "The formula, of its arguments.").required(),
         field<&Definition::unit>("unit", "Unit of the result; checked."),
         field<&Definition::source>("source", "Where the method comes from.")});
    return record;
}

const Record& Source::record() {
    static const Record record = describe<Source>(
        "source", "Where an input's values stand in a data frame: a column, in the rows with these codes.",
        {field<&Source::column>("column", "The column of values.").required(),
         field<&Source::where>("where", "Code columns and the code that selects the rows.")});
    return record;
}

const Record& Input::record() {
    static const Record record = describe<Input>(
        "input", "A quantity given by data, by plan, or by a driver.",
        {field<&Input::id>("id", "Name in formulas.").required(), field<&Input::name>("name", "Name in reports."),
         field<&Input::unit>("unit", "Unit of its values, such as \"attendances\" or \"£\"."),
         field<&Input::service>("service", "The service that it counts.").refers("service"),
         field<&Input::party>("party", "The party that it belongs to.").refers("party"),
         field<&Input::dimension>("dimension", "Its members, one value each.").refers("dimension"),
         field<&Input::by>("by", "A second dimension: one value for each pair of a member of both.")
             .refers("dimension"),
         field<&Input::category>("category", "The category that its values are of.").refers("category"),
         field<&Input::every>("every", "How often a value is given."),
         field<&Input::aggregate>("aggregate", "How its periods make up a longer one."),
         field<&Input::plan>("plan", "Planned value: what is expected before data are known."),
         field<&Input::data>("data", "Where its values stand in a data frame."),
         field<&Input::may_be_missing>(
             "may_be_missing",
             "Whether a settlement may go on without it; the formulas must then cover missing values."),
         field<&Input::tags>("tags", "Words by which scenarios for many books find it.")});
    return record;
}

const Record& Parameter::record() {
    static const Record record = describe<Parameter>(
        "parameter", "A named term.",
        {field<&Parameter::id>("id", "Name in formulas.").required(),
         field<&Parameter::name>("name", "Name in reports."),
         field<&Parameter::dimension>("dimension", "Members, one value each.").refers("dimension"),
         field<&Parameter::by>("by", "A second dimension: one value for each pair of a member of both.")
             .refers("dimension"),
         field<&Parameter::category>("category", "The category that its values are of.").refers("category"),
         field<&Parameter::value>("value", "The value; with a dimension: of members without a value of their own."),
         field<&Parameter::members>("members",
                                    "Value of each member; over two dimensions of its pairs without a value of their "
                                    "own."),
         field<&Parameter::pairs>("pairs",
                                  "Over two dimensions the value of each pair: by member of the dimension and then of "
                                  "the one in \"by\"."),
         field<&Parameter::tags>("tags", "Words by which scenarios for many books find it.")});
    return record;
}

const Record& Quantity::record() {
    static const Record record = describe<Quantity>(
        "quantity", "A named formula.",
        {field<&Quantity::id>("id", "Name in formulas.").required(), field<&Quantity::name>("name", "Name in reports."),
         field<&Quantity::unit>("unit", "Unit of the result; checked."),
         field<&Quantity::dimension>("dimension",
                                     "Its members, one value each; checked. Needed where a formula asks for a previous "
                                     "value of it; a single result holds for every member.")
             .refers("dimension"),
         field<&Quantity::by>("by", "A second dimension: one value for each pair of a member of both; checked.")
             .refers("dimension"),
         field<&Quantity::category>("category", "The category that its values are of.").refers("category"),
         field<&Quantity::every>("every", "Its calendar."),
         field<&Quantity::aggregate>("aggregate", "How its periods make up a longer one."),
         field<&Quantity::formula>("formula", "The formula.").required(),
         field<&Quantity::tags>("tags", "Words by which scenarios for many books find it.")});
    return record;
}

const Record& Point::record() {
    static const Record record = describe<Point>(
        "point", "A point of a curve.",
        {field<&Point::at>("at", "Where.").required(), field<&Point::value>("value", "The value there.").required()});
    return record;
}

const Record& Curve::record() {
    static const Record record = describe<Curve>(
        "curve", "A piecewise-linear function; two points at the same place make a jump.",
        {field<&Curve::id>("id", "Name in formulas.").required(), field<&Curve::name>("name", "Name in reports."),
         field<&Curve::unit>("unit", "Unit of its values."),
         field<&Curve::points>("points", "Points in ascending order.").required(),
         field<&Curve::below>(
             "below",
             "What holds below the first point: the first slope goes on, the first value stays, or nothing (missing)."),
         field<&Curve::above>("above", "What holds above the last point."),
         field<&Curve::at_jump>("at_jump", "Which side a jump's own place belongs to.")});
    return record;
}

const Record& TableKey::record() {
    static const Record record = describe<TableKey>(
        "table_key", "What a table is looked up by, and which row a value belongs to.",
        {field<&TableKey::name>("name", "What the key is.").required(), field<&TableKey::unit>("unit", "Its unit."),
         field<&TableKey::match>(
             "match",
             "exact: the row with that place; from: each row from its place on, until the next; above: likewise, its "
             "own place not included; up_to: each row up to its place, which is included; below: likewise, not "
             "included; interpolate: straight between two rows."),
         field<&TableKey::uncovered>("uncovered",
                                     "What holds where no row applies: the table's `otherwise`, or the nearest row.")});
    return record;
}

const Record& TableRow::record() {
    static const Record record = describe<TableRow>(
        "table_row", "One row of a table.",
        {field<&TableRow::at>("at", "Its place: one number for each key, in their order.").required(),
         field<&TableRow::value>("value", "The value; it may have steps, which date it.").required()});
    return record;
}

const Record& LookupTable::record() {
    static const Record record = describe<LookupTable>(
        "lookup_table", "Values printed in rows, looked up by one or several keys: lookup('id', key, ...).",
        {field<&LookupTable::id>("id", "Name in formulas.").required(),
         field<&LookupTable::name>("name", "Name in reports."),
         field<&LookupTable::unit>("unit", "Unit of its values."),
         field<&LookupTable::keys>("keys", "What it is looked up by.").required(),
         field<&LookupTable::rows>("rows", "The rows, in any order; no two at the same place.").required(),
         field<&LookupTable::otherwise>("otherwise", "The value where no row applies; absent: missing.")});
    return record;
}

const Record& Reading::record() {
    static const Record record =
        describe<Reading>("reading", "One named interpretation of an ambiguous clause.",
                          {field<&Reading::name>("name", "How it is chosen.").required(),
                           field<&Reading::words>("words", "What it says."),
                           field<&Reading::asserted_by>("asserted_by", "Who asserts it."),
                           field<&Reading::overrides>("overrides", "Fields of the clause that it replaces.")});
    return record;
}

const Record& Clause::record() {
    static const Record record = describe<Clause>(
        "clause", "One rule that turns quantities into payments, transfers or conditions.",
        {field<&Clause::id>("id", "Stable name.").required(),
         field<&Clause::name>("name", "Name in reports."),
         field<&Clause::ref>("ref", "The paragraph that it comes from, such as \"Sch 3A 4.2\"."),
         field<&Clause::words>("words", "The paragraph's words."),
         field<&Clause::subject>("subject",
                                 "What it settles; an overlay's clause with a contract's subject collides with it."),
         field<&Clause::source>("source", "Where the rule comes from."),
         field<&Clause::from>("from", "Payer; absent: the contract's payer.").refers("party"),
         field<&Clause::to>("to", "Receiver; absent: the contract's payee.").refers("party"),
         field<&Clause::starts>("starts", "First month in which a period of it may begin."),
         field<&Clause::ends>("ends", "Last month in which a period of it may begin."),
         field<&Clause::every>("every", "Its calendar."),
         field<&Clause::paid_after>("paid_after", "Months between service and payment; negative: in advance.")
             .in("months"),
         field<&Clause::pennies>(
             "pennies",
             "Where pennies fall when a sum is split. fair: over months by differences of rounded "
             "cumulatives, over receivers by largest remainder; first, last, named: each part "
             "rounded, what is left to the first, the last or a named one; each: each part rounded, "
             "and the sum may differ."),
         field<&Clause::pennies_to>("pennies_to", "The receiver that takes what is left, where one is named.")
             .refers("party"),
         field<&Clause::zero_weights>(
             "zero_weights",
             "What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who "
             "pays "
             "it; equal: equal parts of those that are eligible; error: the settlement is refused."),
         field<&Clause::readings>("readings", "Interpretations, where the words are ambiguous."),
         field<&Clause::reading>("reading", "The reading that the parties chose."),
         field<&Clause::provisional>("provisional", "The reading used while none is chosen; results say so."),
         field<&Clause::tags>("tags", "Words by which scenarios for many books find it."),
         field<&Clause::terms>("terms", "The family's own fields.").flatten()});
    return record;
}

const Record& Contract::record() {
    static const Record record = describe<Contract>(
        "contract", "Payer, payee, dates, and an ordered list of clauses.",
        {field<&Contract::id>("id", "Stable name.").required(), field<&Contract::name>("name", "Name in reports."),
         field<&Contract::form>("form", "Form of contract, for instance \"NHS Standard Contract\"."),
         field<&Contract::payer>("payer", "Who pays.").refers("party").required(),
         field<&Contract::payee>("payee", "Who is paid.").refers("party").required(),
         field<&Contract::starts>("starts", "First month."), field<&Contract::ends>("ends", "Last month."),
         field<&Contract::clauses>("clauses", "The clauses.")});
    return record;
}

const Record& Overlay::record() {
    static const Record record = describe<Overlay>(
        "overlay", "An agreement wrapped around contracts without replacing them: alliance, joint venture, risk share.",
        {field<&Overlay::id>("id", "Stable name.").required(), field<&Overlay::name>("name", "Name in reports."),
         field<&Overlay::parties>("parties", "Who signs it.").refers("party"),
         field<&Overlay::wraps>("wraps", "The contracts that it wraps.").refers("contract"),
         field<&Overlay::starts>("starts", "First month."), field<&Overlay::ends>("ends", "Last month."),
         field<&Overlay::claims_precedence>(
             "claims_precedence",
             "Whether its words claim to win over the contracts; the order of precedence decides."),
         field<&Overlay::clauses>("clauses", "The clauses.")},
        "CF-01; CF-14; D-13");
    return record;
}

const Record& Concession::record() {
    static const Record record = describe<Concession>(
        "concession",
        "What is done in practice though the words say otherwise: a waived amount, a credited score, a recalibrated "
        "target. Practised only.",
        {field<&Concession::id>("id", "Stable name.").required(), field<&Concession::name>("name", "Name in reports."),
         field<&Concession::words>("words", "How it was told."),
         field<&Concession::source>("source", "Where it comes from."),
         field<&Concession::concession>(
             "concession",
             "waive: part of a clause's amount is not moved; credit: a score is taken as at least `amount`; "
             "recalibrate: a parameter takes another value.")
             .required(),
         field<&Concession::on>("on", "The clause, or the parameter that is recalibrated.")
             .refers("clause or parameter")
             .required(),
         field<&Concession::part>("part", "Only the clause's entries with this label."),
         field<&Concession::starts>("starts", "First month."), field<&Concession::ends>("ends", "Last month."),
         field<&Concession::when>("when",
                                  "Condition under which it is made. It and what follows may ask for money of the same "
                                  "period, as it would be without any concession in it."),
         field<&Concession::fraction>("fraction", "Fraction of the amount that is waived."),
         field<&Concession::amount>("amount", "Credited score (absent: 1), or the recalibrated value."),
         field<&Concession::limit>("limit", "Most that is waived in a period; absent: no limit.").in("£"),
         field<&Concession::illustrative>("illustrative", "Whether it is assumed.")},
        "OF-09; BH-06; H35; S-B8");
    return record;
}

const Record& Note::record() {
    static const Record record = describe<Note>(
        "note", "A remark beside the terms, outside the digest.",
        {field<&Note::on>("on", "What it is about: an id or a path."), field<&Note::author>("author", "Who wrote it."),
         field<&Note::date>("date", "When."), field<&Note::status>("status", "open, settled, ..."),
         field<&Note::text>("text", "The remark.").required()});
    return record;
}

const Record& Book::record() {
    static const Record record =
        describe<Book>("book", "The whole agreed model as one document.",
                       {field<&Book::format>("format", "Version of the document format."),
                        field<&Book::id>("id", "Stable name; entries of the ledger carry it.").required(),
                        field<&Book::title>("title", "Title."),
                        field<&Book::description>("description", "What it is about."),
                        field<&Book::currency>("currency", "A label; all money is written with £."),
                        field<&Book::calendar>("calendar", "The months of the model.").required(),
                        field<&Book::dimensions>("dimensions", "Lists of members."),
                        field<&Book::categories>("categories", "Closed lists of names that values may have."),
                        field<&Book::definitions>("definitions", "Named formulas with arguments."),
                        field<&Book::parties>("parties", "Organisations."),
                        field<&Book::services>("services", "Streams of activity."),
                        field<&Book::inputs>("inputs", "Quantities from data, plans and drivers."),
                        field<&Book::parameters>("parameters", "Named terms."),
                        field<&Book::curves>("curves", "Piecewise-linear functions."),
                        field<&Book::tables>("tables", "Tables of values."),
                        field<&Book::quantities>("quantities", "Named formulas."),
                        field<&Book::frameworks>("frameworks", "Outcome frameworks."),
                        field<&Book::contracts>("contracts", "Contracts."),
                        field<&Book::overlays>("overlays", "Overlays."),
                        field<&Book::precedence>(
                            "precedence", "Contracts and overlays, first wins; without it a contract's own term wins.")
                            .refers("contract or overlay"),
                        field<&Book::concessions>("concessions", "What is done in practice."),
                        field<&Book::finances>("finances", "Costs, funding, cash, reserves."),
                        field<&Book::recorded_series>("recorded_series", "Series that bootstrap drivers draw from."),
                        field<&Book::resamplings>("resamplings", "Block bootstraps that drivers share."),
                        field<&Book::regime_chains>("regime_chains", "Regimes that drivers share."),
                        field<&Book::hazards>("hazards", "What may happen, shared by drivers of kind jump."),
                        field<&Book::drivers>("drivers", "Uncertain quantities."),
                        field<&Book::correlations>("correlations", "Correlation groups of drivers."),
                        field<&Book::scenarios>("scenarios", "Scenarios: named shocks."),
                        field<&Book::notes>("notes", "Remarks beside the terms.")});
    return record;
}

}  // namespace openbook
