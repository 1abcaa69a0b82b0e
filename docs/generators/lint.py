"""The page of what lint finds."""

from __future__ import annotations

import contextlib
import io

from .lint_examples import EXAMPLES, SETTING
from .markdown import page
from .running import value_of

#: For each code what it means and what to do about it.
CODES = {
    "precedence": "An overlay claims to win over the contracts that it wraps, or has a clause on a subject that a contract settles itself. "
    "The contract's own term wins unless the order of precedence names the overlay first (CF-14, D-13). Say in `precedence` which comes "
    "first, or take the claim out. See [Precedence](../explanation/precedence.md).",
    "form": "A contract's `form` names what its clauses are not, whatever families they are of. A name that promises a price for activity (cost per "
    "case, cost and volume, payment by results, national tariff, local modification, fee for service, activity based): nothing that is paid "
    "grows with any activity between half and one and a half times its plan. A block: half or more of what is paid at the plan goes as "
    "activity falls. A capitation: the same, and nothing follows a list. A list of people is no activity. Penalties, incentives, challenges, "
    "triggers and what is shared out do not count. Where the book is not tried, the names in the formulas decide. A local modification raises "
    "a price where costs are unavoidably higher (PAY-08); in practice blocks were reported under that label. Say what it is.",
    "open-reading": "A clause has several readings and none is chosen: it cannot be settled. Choose one (`reading`), name a provisional "
    "one (`provisional`), or choose when settling. See [Choose readings and alternatives](../guides/readings.md).",
    "unwritten-readings": "The words of a clause hang on a word that says no figure (material, reasonable, significant, endeavours, ...), and the clause has "
    "no readings. Write down how each party reads it (`readings`), or put the agreed figure in its words.",
    "deferred-term": "A term has still to be agreed; its value holds until then. Agree it and take `deferred` out: a book with deferred terms is not sealed.",
    "provisional-reading": "A clause is settled on a provisional reading; the result says so. Ask the parties to agree before anything is signed.",
    "shares": "Literal weights do not sum to 1. They are normalised, so each part is its weight out of the sum; check that this is meant. Also: "
    "subcontracts of one lead that in some month pass down more than the whole of what a clause pays, by their `portion`, or of the gains and "
    "losses under one, by `portion` and `risk`. These are not normalised: the lead pays what it does not have.",
    "may-not-bear": "A party takes part in a mechanism that it may not bear: it keeps its own variance and the others bear more (RS-17).",
    "no-bearer": "Nobody in a list of shares, members, givers or partners of a pooled fund may take part: none is eligible, none earns a part of a "
    "fund, or none may pay or receive (`bears`). It moves nothing; an overspend that nobody is to pay stays with the fund.",
    "unlimited-concession": "A waiver has no limit in pounds a period. Say how much one period may waive (`limit`).",
    "cliff": "A payment jumps: a tiny change of its input moves a large sum. As a warning it was found by trying the book, and the message tells "
    "the pounds over the whole term, the input and the place, also where what is gained ends with its own slope, as at a gate of a minimum "
    "saving; a ramp narrower than a few thousandths of the plan counts as a jump. As a note a formula only compares or chooses, or a payment "
    "moves in many steps. Check who owns the boundary (`>=` or `>`), and settle a little on either side; `openbook.payment_function` "
    "gives the exact place.",
    "falling-payment": "What a party receives falls as the activity that it is paid for rises, or as a measure of its incentive becomes better. A warning "
    "where it also rises elsewhere, so that some stretch is perverse; a note where it falls all the way, as in an agreement to do less.",
    "dead-clause": "A clause moves no money at the plan, with any input between nothing and twice its plan (counts and amounts up to ten times), nor in "
    "what the book's drivers and scenarios draw. A note where parameters may have switched it off. Not looked at: clauses that rest on "
    "readings, or on members of a dimension one by one. Also parts of a clause that nothing reaches: a tranche behind one that takes all that is "
    "left, one that takes nothing, a band that ends where it starts or stands behind one without end. A note where the figure of a parameter "
    "makes it so.",
    "unreached-limit": "A cap, a collar, a tranche's limit or a last band changes nothing wherever the inputs go, as for `dead-clause`. See whether its "
    "figure, its unit and its calendar are meant.",
    "paid-twice": "Two clauses pay the same party more for each further unit of the same input in the same months: by a family that counts "
    "units (activity, bands, forecast), by a capitation of it as the list, or by a payment with a formula `price * x`. Clauses that take turns, "
    "one up to the plan and one beyond it, are not meant, nor payments that an input only sways, such as a part of another clause's payment.",
    "pennies-apart": "A clause rounds each part by itself (`pennies` is `each`), so that the parts over receivers, givers, members or partners, or the "
    "instalments of a block's year, need not add up to the whole. A warning where they do not at the plan, with what is paid and what is "
    "due; else a note.",
    "not-probed": "The book cannot be compiled or drawn on its plan as it stands, so what only its behaviour shows was not looked for: `cliff` with its "
    "pounds, `falling-payment`, `dead-clause`, `unreached-limit`, `paid-twice`. Inputs that are dates, or names of a category, stay at their "
    "plan while the others are tried.",
    "advance": "A clause is paid in advance: the payer carries the risk that the service is not delivered.",
    "table-gap": "A table says nothing for some values of its keys: a combination that has no row, or what lies beyond its outermost rows. Give "
    "`otherwise`, let the nearest row hold (`uncovered`), or add the row. A note where that may be meant.",
    "table-overlap": "Two rows of a table stand at the same place; settlement refuses it.",
    "inexact-threshold": "A function that has no exact value (a root, an exponential, a probability) meets a comparison, a whole-number division, a jump of "
    "a table or a curve, or a measure scored in steps. Settlement rounds the function to the decimals that it states, a simulation does "
    "not, and another program may round its last digit otherwise. Round what is compared to the decimals that decide.",
    "rounding-down": "Floor, ceiling, truncate, whole-number division or modulo of numbers such as 0.1, in a book that is simulated: a draw is computed in "
    "binary fractions and may fall on the other side of a step on which the exact value stands. Settlement is exact.",
    "member-units": "Of the members of a parameter some state a unit and others none, or another than the parameter itself. Say the unit of each.",
    "percent-figure": "A figure in % lacks its sign: 95 in % is 9,500%. Write `95%`, or `0.95`. Found in terms, in rows, keys and curves that are in %, "
    "at the marks of a measure (`pain_at`, `gain_at`) of something in %, in drivers and shocks of it, and where a formula compares it with such a "
    "figure or bounds it by one. A number of percentage points has the unit `pp`.",
    "thousand-fold": "Two numbers that should be alike are near a thousand times apart (between 300 and 3,000 times): pounds were written for "
    "thousands of pounds, or the other way round. In a book: a term and its next step or its alternative, and a term in £k that looks like "
    "pounds (a million or more, or ten thousand or more with pence). In data (`openbook lint BOOK --data FILE`): a value and its plan, and a "
    "value and the median of the input's other values where there are at least four. Of counts and money the larger must be at least 1,000; "
    "zeros are not compared.",
    "hundred-fold": "A value of an input in % is near a hundred times its plan, or near a hundredth of it: 12 was written for 12%, or 0.12 in a "
    "column headed `[%]`. In data a plain number is a ratio (0.12 is 12%), and the number of per cent where the column's heading or `units` "
    "says `%`. Found where one is between 30 and 3,000 times the other and above 100%, or else between 50 and 200 times; a value is also "
    "compared with the median of the input's other values where there are at least four.",
    "unused-parameter": "No formula uses the parameter. Take it out, or find the formula that should name it.",
    "unused-input": "No formula uses the input: data for it would change nothing.",
    "unused-curve": "No formula uses the curve.",
    "unused-table": "No formula looks the table up.",
    "unused-definition": "No formula calls the definition, directly or through another.",
    "unused-category": "No input, parameter or quantity is of the category.",
    "unused-driver": "The driver moves an input that no formula uses: it is drawn and changes nothing.",
    "scenario-not-applicable": "A scenario acts on something that the book does not have, or lacks what its action needs. Correct it, or "
    "take it out.",
    "shock-finds-nothing": "A shock looks for what it acts on (`select`), and nothing in the book answers. Give the terms tags, or take the "
    "shock out.",
    "scenario-without-effect": "On the plan nothing differs under the scenario: no position, no cash, no named quantity. Its shocks act on "
    "what no rule uses in these months, or undo each other. Scenarios of drivers are not looked at: they act where something is drawn.",
    "unused-process": "No driver uses a hazard, a regime chain, a resampling or a recorded series. Give it a driver, or take it out.",
    "cannot-happen": "A book calls something uncertain that can never be seen: a hazard whose rate is 0 or whose months lie outside the "
    "calendar, a regime that nothing leads to, an event or a season that changes nothing. Correct the figure, or take it out.",
    "no-source": "A term has no source. Say where the figure comes from (`source`), or mark it `illustrative`.",
    "no-reference": "A clause has no paragraph reference or no words of the contract. Fill in `ref` and `words`, so that a reader can hold "
    "it against the signed contract. See [Between the parties](../explanation/between_parties.md).",
    "lost-note": "A note is on something that the book does not have any more. Move it or take it out.",
    "unknown-status": "A note has a status that openbook does not know; as a status it asks for nothing. Choose one that the message lists.",
    "unanswered-note": "A note is open, in dispute or without prejudice and has no later answer on the same place (one that stands after it or has a later date). Answer it before the book is sealed.",
    "illustrative": "A term is assumed, not agreed or published. Replace it before anything is signed.",
}


def lint_page() -> str:
    """One section for each code, with an example that raises it."""
    intro = (
        "What `book.lint()` and `openbook lint` look for. Each finding has a severity, a code, a path in the document and a "
        "message. An *error* is something that settlement will refuse, a *warning* is probably not what is meant, a *note* is "
        "worth knowing. `openbook lint` exits with code 3 where there is an error.\n\n"
        "Most is read off the document. For some the book is compiled and tried: each input alone and all together, at many "
        "values between nothing and twice their plan. What depends on a single month alone, lies between two neighbouring "
        "values, or needs members of a dimension to move apart is not seen. `book.lint(probe=False)` and "
        "`openbook lint --no-probe` leave the trying out.\n\n"
        "The examples below start from this:\n\n"
        f"```python{SETTING}```\n"
    )
    names: dict[str, object] = {}
    exec(SETTING, names)
    return page("Lint", intro, *(_section(code, text, names) for code, text in CODES.items()))


def _section(code: str, text: str, names: dict[str, object]) -> str:
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        value_of(EXAMPLES[code], names, code)
    said = heard.getvalue().strip()
    if not said:
        raise ValueError(f"the example of '{code}' raises nothing of that code")
    return f"## {code}\n\n{text}\n\n```python{EXAMPLES[code]}```\n\n```text\n{said}\n```\n"
