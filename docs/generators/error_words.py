"""For each code of a problem what it means, how it comes about, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What the page says of one code."""

    means: str
    fix: str


DOCUMENT = {
    "ambiguous-member": Words(
        "A name stands for a member of both of two dimensions that cross.",
        "Name the dimension as well: `member(x, 'other', 'site')`; or name the pair.",
    ),
    "ambiguous-name": Words(
        "A name stands for several terms, or for a party and a clause.",
        "Use one of the paths that the message lists, or `party:x`, `clause:x`, `quantity:x`.",
    ),
    "ambiguous-parent": Words(
        "Parents of a dimension lead to two different members of another one: a line belongs to a site of one provider and, directly, to another provider.",
        "Correct one of the two, or leave out the direct way.",
    ),
    "book": Words(
        "The document is no valid book, and nothing closer is known.",
        "Read the message.",
    ),
    "calendar": Words(
        "A formula asks for a period that the named thing does not make up: a monthly rule names a yearly input, say.",
        "Give the rule the longer calendar (`every`), or ask with `over(name, 'year')` in a rule of the longer calendar.",
    ),
    "correlation": Words(
        "A matrix is no correlation matrix: not symmetric, not 1 on the diagonal, or impossible as a whole; that is found when the book is simulated or settled. Or a group has a driver that draws recorded months and cannot be correlated.",
        "Correct it; where it is impossible as a whole the message gives its smallest eigenvalue and the nearest matrix that is possible.",
    ),
    "cycle": Words(
        "Rules need each other in the same period. The message names them in order.",
        "Say `previous(name, initial)` where an earlier value is meant, or let one clause (a share, a netting) own the solution.",
    ),
    "dimension": Words(
        "A value still has a dimension where one value is wanted, dimensions that do not meet are mixed, or `by` names a dimension that does not cross with the other.",
        "Reduce it with `sum`, `mean`, `largest`, `smallest` or `member`; a value for each pair of two dimensions is made by `spread(x, 'other')`, or stated with `by`.",
    ),
    "distribution": Words(
        "The numbers of a driver make no distribution.",
        "Correct the numbers; the message says what must hold.",
    ),
    "duplicate-id": Words(
        "An id is taken. Every id of a book is its own, across parties, inputs, clauses and all else; also members of a dimension, readings of a clause, drivers of an input or in a group.",
        "Rename one of the two.",
    ),
    "duplicate-key": Words(
        "A key stands twice in the same JSON object. Which of the two is meant cannot be told.",
        "Delete one.",
    ),
    "forbidden-transition": Words(
        "A status changes in a way that its category does not permit, or begins as it may not. The message names it, the month, and what is "
        "permitted then.",
        "Correct the data; or, if the change is lawful, add it to the category's `transitions` with its dates.",
    ),
    "formula": Words(
        "A formula does not follow the grammar, or names a function that does not exist or cannot be used there.",
        "The message says at which character, what was found and what was expected. See [Formulas](formulas.md).",
    ),
    "malformed": Words(
        "Text is not JSON or not UTF-8, an id has more than small letters, digits and `_`, a file was not written by `save`, or a posted entry lacks id or amount.",
        "Correct it at the place that the message names.",
    ),
    "missing-key": Words(
        "A field that is required is missing.",
        "Give it; the message says what it means.",
    ),
    "deferred-term": Words(
        "A term has still to be agreed; its value is taken until then. A warning of settlements and a finding of lint.",
        "Agree it, write the value, and take `deferred` out.",
    ),
    "arguments": Words(
        "A table is looked up by another number of keys than it has, or a row of it has another number of places.",
        "Give `lookup` one value for each key, in the table's order, and each row one place for each key.",
    ),
    "duplicate-row": Words(
        "Two rows of a table stand at the same place, so that nothing says which one holds.",
        "Take one of them out, or tell them apart by a further key.",
    ),
    "missing-member": Words(
        "A parameter over a dimension has no value for one of the members.",
        "Give the member's value in `members`, or a `value` for all members that have none of their own.",
    ),
    "missing-plan": Words(
        "A formula or a driver needs the plan of an input that has none.",
        "Give the input a `plan`.",
    ),
    "missing-reference": Words(
        "A name stands for nothing in the book, or for something of the wrong kind.",
        "Correct the name; the nearest are offered. Or add what is named.",
    ),
    "missing-value": Words(
        "No value is given for a month (the first step starts later), a curve has no points, or a linear score lacks one of its ends.",
        "Give the value from the start of the book.",
    ),
    "newer-format": Words(
        "The document was written by a later release.",
        "Install a release that reads the format.",
    ),
    "not-constant": Words(
        "A number that must be known in advance (decimals, rounding steps, months between service and payment, profile weights) depends on data.",
        "Write a number or a parameter.",
    ),
    "not-in-order": Words(
        "Steps, bands or points do not stand in ascending order, or something ends before it starts.",
        "Put them in order.",
    ),
    "limit-exceeded": Words(
        "An exact number comes to more than 30,000 digits, or a power or an exponential to more than 10^60.",
        "A rule that multiplies or divides its own earlier values adds digits in every period: round what is carried on, `round(x, step)`.",
    ),
    "too-deep": Words(
        "A document is nested deeper than is read, or more than 400 rules each need the next.",
        "No real book does either; look for a generated structure that went wrong.",
    ),
    "too-many-pairs": Words(
        "Two dimensions cross in more than 100,000 pairs of members.",
        "Where most pairs do not exist, make a dimension of those that do, with both as parents; `with_rows` makes it from a frame.",
    ),
    "too-large": Words(
        "A document has more bytes or more values than are read.",
        "Keep activity data out of the book: they belong in a data frame.",
    ),
    "type": Words(
        "A number stands where a condition is wanted, text where a value is wanted, or the arguments of a function do not fit it.",
        "Write a condition such as `spells >= 100`.",
    ),
    "unit": Words(
        "Units do not fit: unlike units are added or compared, or a payment is not in pounds.",
        "Write `£` before money. Give prices a unit such as `£ per spell`. `number(x)` takes a unit away, `money(x)` makes pounds.",
    ),
    "unknown-choice": Words(
        "A word is not one of those that a field allows, or a cell of data not one of the names of its input's category.",
        "Choose one of the words that the message lists.",
    ),
    "unknown-key": Words(
        "An object has a field that its kind does not have. Unknown fields are never ignored. Or a reading overrides what it may not: the id, the readings.",
        "Correct the name; the nearest are offered.",
    ),
    "unknown-kind": Words(
        "`kind` names no clause family, cost or driver.",
        "Choose one that the message lists.",
    ),
    "probability": Words(
        "A probability of a regime or a hazard is not between 0 and 1, or the probabilities of the regimes after one of them do not sum to 1.",
        "Correct it. Where they are formulas it is found when the book is simulated.",
    ),
    "weights": Words(
        "Weights sum to zero, or the weights of a framework's measures do not sum to 1. On the data: all weights of a sum that is split "
        "are zero, and the rule for that is 'error'.",
        "Correct the weights, or choose another rule (`zero_weights`, or the last argument of `apportion`).",
    ),
    "wrong-size": Words(
        "A correlation matrix does not have one row and one column for each driver.",
        "Add or take away rows and columns.",
    ),
    "wrong-type": Words(
        "A value is of another type than its field: a list where an object is wanted, text where a whole number is wanted. Also data that are no data frame.",
        "The message says what was found and what was expected.",
    ),
}

DATA = {
    "already-loaded": Words(
        "Options of reading, or another month, stand beside a `Load`, which was read already.",
        "Say them where the data are loaded: `ob.load(book, data, where=..., as_at=...)`.",
    ),
    "another-book": Words(
        "A `Load` was made for a book with other inputs or another calendar.",
        "Load the data with this book.",
    ),
    "flex-data": Words(
        "A warning: months that rest on provisional (flex) data; `settlement.flex` lists them.",
        'Settle again when they are frozen, or use `status="freeze"`.',
    ),
    "incomplete-data": Words(
        'A warning: rows were set aside because their code could not be placed (`unmapped="suspend"`). The result is openly incomplete; the command line exits with 7.',
        "Complete the map of codes and load again.",
    ),
    "left-missing": Words(
        "A warning: a month has a reason that leaves its value unknown, and no agreed value. It is left missing, or its plan stands in.",
        "Bring the value, or agree an estimate: `value` and `agreed_by` beside the reason.",
    ),
    "not-ended": Words(
        "A warning: with `as_at` the data have a value for a quarter or year that has begun and not ended. It is not used, since what a period "
        "comes to is known when it ends; its plan stands in, or it is missing.",
        "What is known from the first day, such as the price or the budget of a year, is a parameter with steps, or an input by month.",
    ),
    "overlapping-validity": Words(
        "Two lines of a map of codes hold for the same key in the same month.",
        "End the first before the second starts, or give both weights.",
    ),
    "reason-not-needed": Words(
        "A warning: a month has a value, though a reason says why there is none.",
        "Take the reason out.",
    ),
    "unknown-format": Words(
        "A file of data is none of .csv, .xlsx, .parquet.",
        "Save it as one of these.",
    ),
    "unknown-target": Words(
        "A map of codes leads to a code that no input of the book wants.",
        'Correct the target; `unwanted="leave"` leaves such codes out, as a national map needs.',
    ),
    "unread-column": Words(
        "A warning: a column of numbers is not read by any input.",
        "Correct its name if it is meant (`columns=`), or leave it out.",
    ),
    "wrong-reason": Words(
        "A reason for a missing month is none of not_open, closed, merged_into, not_submitted, suppressed, contradicts another one or the data, or lacks what it needs.",
        "Say one reason for each month.",
    ),
    "wrong-weight": Words(
        "A weight of a map of codes is no number from 0 to 1, or the weights of a key do not sum to exactly 1 in every month.",
        "Correct them (`1/3` is exact), or say `complete=False`: the rest of a value is then excluded.",
    ),
    "duplicate-column": Words(
        "A CSV file has two columns of the same name.",
        "Rename or drop one.",
    ),
    "duplicate-month": Words(
        "There are several values for one month of an input. They are never summed silently.",
        "Choose the rows with `where={column: code}`, or add them up yourself.",
    ),
    "empty": Words(
        "A CSV file has no header line, or the table that gives a dimension its members has no rows.",
        "Check that the right file was given. For a period without any claim or stay give `with_rows` the row of zeros that the message shows.",
    ),
    "missing-column": Words(
        "There is no column `period`, or none with the members of an input's dimension.",
        "Rename the column of months to `period`.",
    ),
    "missing-data": Words(
        "An amount depends on a value that is missing although the input may be missing.",
        "Cover it in the formula with `or_else`, `missing` or `choose`, or bring the value.",
    ),
    "missing-driver": Words(
        "A simulation needs an input that has no driver, no plan and no data.",
        "Give it a driver, a plan, or data up to `as_at`.",
    ),
    "missing-file": Words(
        "The command line was given a data file that does not exist.",
        "Check the path.",
    ),
    "missing-input": Words(
        "There are no data at all for an input.",
        "Bring the column that the message names, or settle with `plan=True`, so that inputs without data take their plan.",
    ),
    "missing-month": Words(
        "Some months of an input have no value. A gap is never read as zero.",
        "Bring the months, or settle to an earlier one with `as_at`. Where a gap is lawful, say `may_be_missing` in the book.",
    ),
    "negative": Words(
        "A count is below zero; or a weight or a cap is, in the document or on the data.",
        "Correct the value. If negative values are meant, the input's unit should be no count; a weight is kept above zero by `positive(...)`.",
    ),
    "not-a-number": Words(
        "A cell is not a finite number, or one that can be read in two ways: text, `1,5`, `1.234,56`, NaN, infinity.",
        "Bring numbers: `1234.5`, `1,234.5`, `£1.5m`, `50%` and `(2,800.00)` are understood.",
    ),
    "outside-calendar": Words(
        "The data have months that the book's calendar does not have.",
        'Choose the months, or say `outside="drop"`.',
    ),
    "ragged": Words(
        "A line of a CSV file has another number of values than the header.",
        "Correct the line; often a comma stands inside a number or a name without quotes.",
    ),
    "too-short": Words(
        "A history has fewer than three months: nothing can be fitted.",
        "Bring more months.",
    ),
    "unknown-code": Words(
        "No row has the code that the book or `where` asks for, or a row has a member that the dimension does not have.",
        "Correct the code; the nearest are offered.",
    ),
    "unknown-column": Words(
        "`where` names a column that no data have.",
        "Correct the name of the column.",
    ),
    "unknown-quantity": Words(
        "The data have a column or a name that is no input of the book.",
        "Correct the name, or leave the column out.",
    ),
    "wrong-length": Words(
        "A list has another number of values than the input has periods (times members).",
        "Bring one value per period.",
    ),
    "wrong-period": Words(
        "A period is no month, or not the first month of the input's calendar.",
        "Write months as `2024-04`, `2024-04-01` or dates. A yearly input is dated by the first month of its year.",
    ),
}

REQUEST = {
    "target-not-reached": Words(
        "A warning: the draws ended at the most that the target allows, before the figure was known well enough.",
        "Allow more: `Target(..., most_draws=...)`, or choose a sampling with a smaller error.",
    ),
    "target-reached": Words(
        "A note among the warnings: how many draws it took until the figure was known well enough.",
        "Nothing needs to be done.",
    ),
    "beyond-sobol-table": Words(
        "A warning: the draws have more dimensions than the table of Sobol' direction numbers. The last ones, the finest differences between periods, are drawn independently.",
        "Nothing needs to be done; the errors stated take it into account.",
    ),
    "digest": Words(
        "A saved settlement holds another book than the one that was settled: the file was changed.",
        "Ask for the original file.",
    ),
    "duplicate-entry": Words(
        "The ledger given as `posted` has an entry twice.",
        "Give each posted entry once; post differences under their own ids.",
    ),
    "foreign-ledger": Words(
        "The ledger given as `posted` was posted by another book.",
        "Give this book's ledger. A book that is renamed (`id`) is another book.",
    ),
    "no-data": Words(
        "A shipped book comes without data.",
        "Settle it with `plan=True`.",
    ),
    "no-scenario": Words(
        "There is nothing to stress: the book has no scenarios and no shocks were given.",
        "Give shocks, or write scenarios into the book.",
    ),
    "not-estimated": Words(
        "A warning, not an error: an amount after `as_at` cannot be accrued, because a value is missing and has no plan.",
        "Give the input a plan, if an estimate is wanted.",
    ),
    "not-kept": Words(
        "A simulation keeps only what it was asked to keep.",
        "Simulate again with `every=[...]`, `basis=[...]` or `parties='all'`; or gather with the reducer that the message names.",
    ),
    "out-of-range": Words(
        "A number lies outside its bounds.",
        "The message says which bounds.",
    ),
    "reading-not-chosen": Words(
        "A clause has several readings, none is chosen and none is provisional: settlement refuses it.",
        "Choose one in the book (`reading`), name a provisional one (`provisional`), or say `readings={clause: name}` when settling.",
    ),
    "request": Words(
        "What was asked of the core is not understood: an unknown calendar or basis, a shock without a value.",
        "The message says what was expected.",
    ),
    "too-few": Words(
        "A comparison needs two books at least.",
        "Give another.",
    ),
    "too-few-draws": Words(
        "A simulation has too few draws to tell its drivers apart: a risk shared out to drivers is fitted on them.",
        "Simulate as many as the message says, or share the risk out to clauses or parties.",
    ),
    "unknown-alternative": Words(
        "A term has no alternative of that name.",
        "Choose one that the message lists; `book.terms()` shows them.",
    ),
    "unknown-book": Words(
        "The command line was given neither a file nor the name of a shipped book.",
        "Check the path; `openbook examples` lists the shipped books.",
    ),
    "unknown-example": Words(
        "There is no shipped book of that name.",
        "Choose one that the message lists.",
    ),
    "unknown-level": Words(
        "The machine does not have the instruction set that was asked for. Only tests of equality ask for one (`level=`).",
        "Leave `level` out.",
    ),
    "unknown-name": Words(
        "No term, party, clause, quantity or tracked formula answers to a name.",
        "The nearest names are offered; `book.terms()` lists all terms.",
    ),
    "unknown-party": Words(
        "The book has no such party.",
        "Choose one that the message lists.",
    ),
    "unknown-path": Words(
        "Nothing stands at a path of the document.",
        "Paths name fields and list elements, by number or id: `/contracts/acute/clauses/main/price`.",
    ),
    "nothing-moved": Words(
        "A clause moves nothing in the period that is asked for: it is outside its dates, another clause wins, or all its amounts go to who pays.",
        "Ask for a period in which it moves something; the ledger lists them.",
    ),
    "unknown-period": Words(
        "There is no such period. Periods are counted from 1 or named by their label.",
        "Choose one that the message lists.",
    ),
    "unknown-reading": Words(
        "A clause has no reading of that name.",
        "Choose one that the message lists; `book.readings()` shows them.",
    ),
    "unknown-scenario": Words(
        "Neither the book nor the standard sets have a scenario of that name.",
        "Choose one that the message lists, or give shocks.",
    ),
}

GROUPS = {"The document": DOCUMENT, "Data": DATA, "What was asked": REQUEST}
