"""The words for codes of changes, forms in one line, kept results, runs of many books and what lies between the parties."""

from __future__ import annotations

from .error_words import Words

SCENARIOS = {
    "several-scenarios": Words(
        "Alternatives, such as the scenarios of a set, are asked for in a single settlement or simulation.",
        "Name one of them (`winter/hard_winter`), or put them side by side with `stress`.",
    ),
    "not-a-value": Words(
        "A shock would change the value of something that has none: a contract, a clause, a party.",
        "Name one of its terms, or an event: `withdrawal`, `delay_of_payment`, `rule_change`.",
    ),
    "undated-field": Words(
        "A reading would hold for some months only, and it differs in something that cannot change in the course of a clause.",
        "Leave `starts` and `ends` away, or write two clauses.",
    ),
    "no-ledger": Words(
        "A change on this basis cannot be opened into clauses: its entries are not kept.",
        "Ask on the basis `practised` or `written`.",
    ),
    "duplicate-period": Words(
        "A month stands twice in a record that is to be replayed.",
        "Select the rows with `where`, or add them up first.",
    ),
    "shock-found-nothing": Words(
        "A warning: a shock looked for what it acts on, by unit, words, tags or roles, and found nothing in the book.",
        "Look at `ob.scenarios.receipt`; give terms tags, or leave the scenario out.",
    ),
    "shock-changes-nothing": Words(
        "A warning: a shock acts on something, but in months in which it has no period: outside the calendar, say.",
        "Look at the months of the shock, and at `ob.scenarios.receipt`.",
    ),
}

CHANGES = {
    "no-change": Words(
        "There is nothing to compare or to vary: no change was given, or the varied book says what the sealed one says.",
        "Say what changes, `{'gain cap': '£2m'}`, or give another book.",
    ),
    "not-a-term": Words(
        "A name or path leads to something that is no term, where only a term will do: a what-if, a value from a month on, a layer's belief.",
        "Choose a term that `book.terms()` lists; for anything else change the book itself and give the changed book.",
    ),
    "reserved": Words(
        "A change has the name of one of the lines that a what-if adds itself, such as the line of all changes together.",
        "Call the change otherwise.",
    ),
    "not-single": Words(
        "The one value at which a party breaks even is asked for, and there is none in the range, or more than one.",
        "Look at `crossings`, and give `low` and `high` around the one that is meant.",
    ),
    "steps": Words(
        "A value from a month on has steps of its own.",
        "Give the steps one after the other, each with `starts`, or replace the whole term.",
    ),
    "twice": Words(
        "Months, source or `illustrative` are said both in a `Change` and beside it.",
        "Say them in one of the two.",
    ),
    "two-books": Words(
        "Another book is compared together with other changes.",
        "Make the changes to the other book, or ask twice.",
    ),
    "unknown-clause": Words(
        "No clause has that id, name or reference, or the named clause has no readings to choose from.",
        "Choose one that the message names.",
    ),
    "unknown-input": Words(
        "A change in steps, such as `+5%` or `x1.05`, is asked of something that is no input.",
        "Say the new value of a term itself; only inputs are made larger or smaller.",
    ),
    "wrong-change": Words(
        "A change cannot be understood, or does not say the new value of a term.",
        "Inputs take `+5%`, `-5%`, `x1.05`, `+10`, `-10`; terms take their new value.",
    ),
    "wrong-unit": Words(
        "A figure of another kind would take the place of a term: money for a percentage, a percentage for a count.",
        "Write the figure as the term counts: `£2,000`, `45%`, `10,000`.",
    ),
}

QUICK = {
    "no-driver": Words(
        "A form is simulated and nothing in it is uncertain.",
        "Say how uncertain it is, `deviation='5%'`, when the form is made or when it is simulated.",
    ),
    "several-inputs": Words(
        "One figure is given to a form that has several inputs.",
        "Give each by name; the message lists them.",
    ),
    "unknown-option": Words(
        "A form has no argument of that name.",
        "Correct it; the nearest or all options are offered.",
    ),
    "wrong-argument": Words(
        "An argument of a form cannot be used. All arguments that are wrong are told at once.",
        "The message says what was found and what was expected, with an example.",
    ),
}

REVERSED = {
    "no-bounds": Words(
        "A reverse stress test is to move a term in its value, and does not say between which bounds.",
        "Give them: `ob.Lever('gain cap', '£1m', '£3m')`.",
    ),
    "several-periods": Words(
        "A condition names several periods inside one function, such as `min(position('a', 'year 1'), position('a', 'year 2'))`.",
        "Let them meet in `+ - * /` or in comparisons joined by `and` and `or`.",
    ),
}

KEPT = {
    "changed": Words(
        "A saved file is not as it was written: a digest does not fit.",
        "Ask for the file again. A result is changed by settling again, never in its file.",
    ),
    "cut-off": Words(
        "The end of a saved file is missing; a copy or a download stopped early.",
        "Copy it again.",
    ),
    "damaged": Words(
        "A saved file cannot be opened, or its list of contents cannot be read.",
        "Copy it again.",
    ),
    "foreign": Words(
        "A file is something else than a saved result; the message says what it looks like.",
        "Give a file that `save` wrote. Books are read with `read_book`, data are given to `settle`.",
    ),
    "foreign-folder": Words(
        "A folder into which tables would be written whole holds files that openbook did not write.",
        "Name a new or an empty folder.",
    ),
    "newer-edition": Words(
        "A saved result was calculated by an edition of the arithmetic that this release does not know.",
        "Install a newer release.",
    ),
    "no-request": Words(
        "A table or an explanation by itself does not hold what it was made from and cannot be calculated again.",
        "Save the settlement or the simulation, and read that with `recalculate=True`.",
    ),
    "not-adding-up": Words(
        "The steps of a movement do not add up to the difference of the two positions; `check()` says where. It means a file that was made by other means, or a defect.",
        "Compare the settlements again with `versus`; report it where it stays.",
    ),
    "not-reproduced": Words(
        "This release calculates other figures than the release that wrote a file. What is in the file still holds.",
        "Settle or simulate again for figures of this release, and compare the two settlements with `versus`.",
    ),
    "other-kind": Words(
        "A file holds a result of another class than the one whose `read` was called.",
        "Use `ob.read_result`, which reads any.",
    ),
    "part-of-a-penny": Words(
        "An amount that is not in whole pence would be written as pounds and pence.",
        "Round it first, or write it with `money='float'`.",
    ),
}

MANY = {
    "duplicate-book": Words(
        "Two books of a run have the same name.",
        "Give a mapping from names to books.",
    ),
    "file-name": Words(
        "The name of a book cannot name the file in which its settlement is saved.",
        "Give a mapping from other names to books.",
    ),
    "finished-run": Words(
        "The folder for the results holds a finished run. It may have been posted, so it is not written over.",
        "Write to a folder of its own for each run, and name the earlier one as `posted`.",
    ),
    "no-books": Words(
        "No book was given or found.",
        "Give books, their files, or a folder of JSON files.",
    ),
    "not-loaded": Words(
        "The function that loads a book's data failed; the message has its error.",
        "Correct the function or what it reads. Other books are not affected.",
    ),
    "posted-unknown": Words(
        "What was posted before is not known for a book: the run that is named as posted could not read it either.",
        "Name the run before that one as posted for this book.",
    ),
    "same-folder": Words(
        "Results would be written into the folder that says what was posted.",
        "Write to another folder.",
    ),
    "unfinished-run": Words(
        "A folder named as posted holds no finished run.",
        "Run that one again to complete it, then go on.",
    ),
    "unreadable-file": Words(
        "A file of a book, of data or of a run cannot be opened or read.",
        "Check path, rights and encoding; the message has the reason.",
    ),
    "which-book": Words(
        "One table of data is given for several books, and nothing says which row belongs to which book.",
        "Say `by='column'`, or give a mapping, a folder with a file per book, or a function.",
    ),
}

PARTIES = {
    "duplicate": Words(
        "A party signs twice, or data of check figures are called `plan`, which is taken.",
        "Name one signatory for each party; call the data otherwise.",
    ),
    "illustrative": Words(
        "Figures are assumed and not agreed, and the book is to be sealed.",
        "Agree them, or seal with `accept_illustrative=True`: then the seal lists them.",
    ),
    "missing": Words(
        "Something that must be said is empty: the text of a note, the name of a signatory, the deed of a variation.",
        "Say it.",
    ),
    "missing-signatory": Words(
        "Nobody signs for a party that pays, is paid or stands in an overlay.",
        "Name who signs for it.",
    ),
    "not-verified": Words(
        "A sealed file is not as it was sealed.",
        "`ob.verify(file)` lists every check. Ask for the file again and compare the short code with the signed paper.",
    ),
    "open-alternative": Words(
        "A term lists other figures for itself, and the book is to be sealed.",
        "`book.decide({'term': None})` keeps the figure as stated; a name takes another.",
    ),
    "open-reading": Words(
        "A clause has several readings and none is chosen, and the book is to be sealed.",
        "`book.decide({'clause': 'reading'})`.",
    ),
    "other-book": Words(
        "A layer was made over another book, a result comes from another book, or a variation has another id than the sealed book.",
        "`layer.replace(over=book)` where the change is known; a variation keeps the id.",
    ),
    "private": Words(
        "Something would leave the process with what one party keeps to itself: a file, a pickle, a seal, a note.",
        "Pass on `book.shareable()`, or say `private=True` where the file stays with the party.",
    ),
    "private-note": Words(
        "A note is private, and everything in a sealed book is shared.",
        "Seal `book.shareable()`.",
    ),
    "provisional-reading": Words(
        "A clause stands on a provisional reading, and the book is to be sealed.",
        "`book.decide({'clause': None})` keeps it; a name chooses another.",
    ),
    "sealed-seed": Words(
        "A warning that is none: the seed was drawn from the seal of the book. Whoever sealed it could have sealed again for another.",
        "Nothing. Anyone can check it: `sealed.seed()`, or by the rule that `openbook.sealed_seed` states.",
    ),
    "agreed-seed": Words(
        "A warning that is none: the seed was drawn by the parties of the seal together, or by a public value.",
        "Nothing. `SeedDraw.choosers()` says who could have chosen it.",
    ),
    "incomplete": Words(
        "A common seed is asked for before every party has told its secret, or before the public value is out.",
        "Wait for whom the message names.",
    ),
    "not-committed": Words(
        "A party tells another secret than the one it committed to.",
        "It tells the one it committed to, or the parties draw again, and ask why.",
    ),
    "unanswered-note": Words(
        "A note is open, in dispute or without prejudice and has no answer, and the book is to be sealed.",
        "Answer it on the same place: `book.with_note(..., status='agreed')`, or `rejected`, `withdrawn`, `settled`. "
        "It stands after the question, or has a later date.",
    ),
    "unsealed": Words(
        "The seed is to be drawn from the seal of a book (`seed='sealed'`), and the book is not under seal.",
        "Seal it and simulate what `book.seal(...)` gives, or name a seed as a number.",
    ),
    "wrong-format": Words(
        "A file says another format than the one that is read here, a layer or a sealed book.",
        "Check that the right file was given. A newer format needs a newer release.",
    ),
}

GROUPS = {
    "Scenarios": SCENARIOS,
    "Changes": CHANGES,
    "Forms in one line": QUICK,
    "Reverse stress": REVERSED,
    "Saved results and exports": KEPT,
    "Many books": MANY,
    "Between the parties": PARTIES,
}
