#include "openbook/book/describe.hpp"

namespace openbook {

const Record& Step::record() {
    static const Record record = describe<Step>("dated_value", "From a month on, another value.",
                                                {field<&Step::from>("from", "First month of the new value.").required(),
                                                 field<&Step::value>("value", "The new value.").required(),
                                                 field<&Step::source>("source", "Where it comes from."),
                                                 field<&Step::illustrative>("illustrative", "Whether it is assumed."),
                                                 field<&Step::deferred>("deferred",
                                                                        "What of this value is still to be agreed, and "
                                                                        "until when, as for a term.")});
    return record;
}

const Record& Alternative::record() {
    static const Record record =
        describe<Alternative>("alternative", "Another figure that the sources give for the same term.",
                              {field<&Alternative::name>("name", "How it is chosen.").required(),
                               field<&Alternative::value>("value", "The figure.").required(),
                               field<&Alternative::source>("source", "Where it stands.")});
    return record;
}

const Record& Term::record() {
    static const Record record = describe<Term>(
        "term",
        "Any number of a book: a formula with its history, unit and source. Short form: just the number or the "
        "formula's text "
        "(\"£1.5m\", \"50%\", \"previous(balance, £0) + gain\").",
        {field<&Term::value>("value", "The value, or the formula that gives it."),
         field<&Term::steps>("steps", "Later values, in ascending order of their months."),
         field<&Term::unit>("unit", "Unit of the value, such as \"£ per attendance\"; checked against the formula."),
         field<&Term::source>("source", "Where the value comes from."),
         field<&Term::illustrative>("illustrative", "Whether the value is assumed; reports say so."),
         field<&Term::deferred>(
             "deferred",
             "What the parties have left to be agreed, and until when (\"to be agreed by 30 June\"); the "
             "value holds until then. Settlements warn of it, and a book with it is not sealed."),
         field<&Term::alternatives>("alternatives", "Other figures that the sources give.")});
    return record;
}

}  // namespace openbook
