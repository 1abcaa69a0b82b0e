"""The page of what lint finds."""

from __future__ import annotations

from .markdown import page

#: For each code what it means and what to do about it.
CODES = {
    "precedence": "An overlay claims to win over the contracts that it wraps, or has a clause on a subject that a contract settles itself. "
    "The contract's own term wins unless the order of precedence names the overlay first (CF-14, D-13). Say in `precedence` which comes "
    "first, or take the claim out. See [Precedence](../explanation/precedence.md).",
    "form": "A contract's `form` names what its clauses are not: a block is called a local modification, or payment by activity a block. "
    "A local modification raises a price where costs are unavoidably higher (PAY-08); in practice blocks were reported under that label. "
    "Say what it is.",
    "open-reading": "A clause has several readings and none is chosen: it cannot be settled. Choose one (`reading`), name a provisional "
    "one (`provisional`), or choose when settling. See [Choose readings and alternatives](../guides/readings.md).",
    "deferred-term": "A term has still to be agreed; its value holds until then. Agree it and take `deferred` out: a book with deferred terms is not sealed.",
    "provisional-reading": "A clause is settled on a provisional reading; the result says so. Ask the parties to agree before anything is signed.",
    "shares": "Literal weights do not sum to 1. They are normalised, so each part is its weight out of the sum; check that this is meant.",
    "may-not-bear": "A party takes part in a mechanism that it may not bear: it keeps its own variance and the others bear more (RS-17).",
    "unlimited-concession": "A concession has no limit in pounds a period. Say how much one period may move (`limit`).",
    "cliff": "A payment jumps: a tiny change of its input moves a large sum. Check who owns the boundary (`>=` or `>`), and settle a "
    "little on either side.",
    "advance": "A clause is paid in advance: the payer carries the risk that the service is not delivered.",
    "thousand-fold": "Two numbers that should be alike are near a thousand times apart (between 300 and 3,000 times): pounds were written for "
    "thousands of pounds, or the other way round. In a book: a term and its next step or its alternative, and a term in £k that looks like "
    "pounds (a million or more, or ten thousand or more with pence). In data (`openbook lint BOOK --data FILE`): a value and its plan, and a "
    "value and the median of the input's other values where there are at least four. Of counts and money the larger must be at least 1,000; "
    "zeros are not compared.",
    "unused-parameter": "No formula uses the parameter. Take it out, or find the formula that should name it.",
    "unused-input": "No formula uses the input: data for it would change nothing.",
    "unused-curve": "No formula uses the curve.",
    "unused-driver": "The driver moves an input that no formula uses: it is drawn and changes nothing.",
    "no-source": "A term has no source. Say where the figure comes from (`source`), or mark it `illustrative`.",
    "no-reference": "A clause has no paragraph reference or no words of the contract. Fill in `ref` and `words`, so that a reader can hold "
    "it against the signed contract. See [Between the parties](../explanation/between_parties.md).",
    "lost-note": "A note is on something that the book does not have any more. Move it or take it out.",
    "unknown-status": "A note has a status that openbook does not know; as a status it asks for nothing. Choose one that the message lists.",
    "unanswered-note": "A note is open, in dispute or without prejudice and has no later answer on the same place. Answer it before the book is sealed.",
    "illustrative": "A term is assumed, not agreed or published. Replace it before anything is signed.",
}


def lint_page() -> str:
    """One section for each code."""
    intro = (
        "What `book.lint()` and `openbook lint` look for. Each finding has a severity, a code, a path in the document and a "
        "message. An *error* is something that settlement will refuse, a *warning* is probably not what is meant, a *note* is "
        "worth knowing. `openbook lint` exits with code 3 where there is an error.\n"
    )
    return page("Lint", intro, *(f"## {code}\n\n{text}\n" for code, text in CODES.items()))
