"""What an analyst should know of each family beyond its fields. A family without words still has its page."""

WORDS = {
    "block": "Use it for a fixed sum whatever the activity. A change of `amount` during the year (`steps`) counts from its month on; "
    "the months still add up to the pennies of the year. With `profile` the twelve months get different parts; only the "
    "proportions of the weights matter.\n",
    "activity": "Use it for tariff, cost per case and average specialty price. The units must fit: price per spell times spells is "
    "money, price per spell times attendances is an error. A price that changes from a date on is a parameter with `steps`.\n",
    "forecast": "The payer pays the forecast on account and corrects it by what happened. The correction is posted in the last month of "
    "its reconciliation period. Where nothing is known of a later month, its plan stands in.\n",
    "bands": "The words of the field for special cases:\n\n"
    "- *cost and volume*: one price up to a volume, another above it;\n"
    "- *marginal rate*: the last band's rate, such as 50% or 70%;\n"
    "- *floor*: `base` pays the floor's volume, and the band up to the floor has rate 0;\n"
    "- *ceiling* or *cap*: a last band with rate 0;\n"
    "- *blended payment*: a fixed `base` and a variable rate.\n\n"
    "Ends are in units, or as parts of `edges_of` (the plan, say). `on_account` pays a sum each month; the period's amount less "
    "those sums follows as a balance at its end.\n",
    "incentive": "Use it for CQUIN, outcome payments and gain and pain shares. The score comes from a formula or from a "
    "`framework` of measures; it lies between -1 and 1. With `within` a gain is met out of another clause's payment, so that it is "
    "no new money.\n",
    "penalty": "Money flows back from the receiver to the payer. The charge is for units beyond the allowance, so the first breach "
    "beyond it costs one `rate`. `enforcement` below 1 says in writing that a part is not enforced; what is waived in practice is a "
    "[concession](../document.md#concession).\n",
    "share": "A variance is + for an underspend and - for an overspend. Every member ends with its part of the pool in place of its own "
    "variance; what moves is the difference, so transfers sum to zero. `cap` and `collar` bound what is shared, `rate` is the part of "
    "it that is shared, and the rest stays where it fell.\n",
    "netting": "Those with an underspend give, in proportion to it; those with an overspend take, in "
    "proportion to it; what moves is the smaller of the two sums. A party that may not pay or may not receive under the mechanism "
    "(`bears`) is left out on that side.\n",
    "waterfall": "Tranches are served in their order. Each takes `share` of what is left, at most `limit`, while `when` holds. An entry "
    "carries the tranche's name as its label. Where nobody is named in `givers`, the payer gives.\n",
    "trigger": "A cliff by design: at the boundary the whole amount is due or nothing is. The comparison says who owns the boundary: "
    "at exactly 110% `>= 110% * planned` holds and `> 110% * planned` does not. Where the parties differ on this, give the clause two "
    "[readings](../../guides/readings.md).\n",
    "capitation": "Use it for capitation, whole population budgets and population funding. The list is that of each period, so a "
    "monthly clause follows it; the rate is for a year. With a dimension (`people` and `weight` by age band, say) the groups are added up. "
    "Outcome parts and contingencies beside it are clauses of their own.\n",
    "pooled_fund": "Use it for pooled budgets under section 75 and the Better Care Fund. Contributions follow the budget, not the spending; "
    "what differs is settled in the period's last month. What is `carried` stays with the fund, for a rule of the next period to use. What "
    "the fund pays providers is other clauses.\n",
    "subcontract": "Use it for lead providers, prime contractors and layered subcontracts. The lead keeps `margin` of the price and "
    "`1 - risk` of the gains and losses. Both flows are rounded on their own, so that each can be checked against its clause.\n",
    "fund": "Use it for sustainability funds, control totals and transitional support. Parts are worked out by all members' weights; with "
    "`kept` a part that is not earned is not paid, with `redistributed` it goes to those who earned theirs, by weight.\n",
    "challenge": "Use it where activity was paid for under another clause and is then queried. `upheld` is a fraction of the challenged "
    "quantity; with `repriced` the upheld part is paid at another price instead of none. Payments are differences, which name the period "
    "of service.\n",
    "payment": "The family for everything else. A negative amount flows from the receiver to the payer.\n",
}
