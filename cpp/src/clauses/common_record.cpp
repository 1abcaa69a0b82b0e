#include "openbook/clauses/common.hpp"

namespace openbook {

const Record& Part::record() {
    static const Record record = describe<Part>("part",
                                                "One party's part of an amount that is split by weight. Where a party "
                                                "is not eligible its weight counts as zero and the others' "
                                                "parts grow; pennies go by largest remainder.",
                                                {field<&Part::party>("party", "Who.").refers("party").required(),
                                                 field<&Part::weight>("weight", "Weight, at least zero."),
                                                 field<&Part::eligible>("eligible", "Whether the party takes part.")},
                                                "RS-06; RS-17");
    return record;
}

const Record& Member::record() {
    static const Record record =
        describe<Member>("member", "One party's seat in a pool.",
                         {field<&Member::party>("party", "Who.").refers("party").required(),
                          field<&Member::variance>("variance", "Its own variance, + = underspend.").in("£").required(),
                          field<&Member::weight>("weight", "Its weight in the split."),
                          field<&Member::eligible>("eligible", "Whether it takes part.")},
                         "RS-02; RS-16; RS-17");
    return record;
}

}  // namespace openbook
