# Why a line of a statement is what it is
pay-commission = Commission: { $parts }
pay-commission-modified = Commission: { $parts }, times { $factor } by its gates
pay-commission-capped = Commission: { $parts }, at most { $cap } a deal
pay-kicker = On top: { $parts }
pay-growth = Growth from { $before } to { $now }: { $parts }
pay-bonus = Bonus: { $factor } of { $target }
pay-spiff = SPIFF: { $count } × { $each }
pay-spiff-budget = SPIFF: what is left of the budget of { $budget }
pay-contest = Contest: rank { $rank } with { $count }; { $ties } share the prizes of their ranks
pay-pool = Pool: { $part } of { $whole } weighted days of { $pool }
pay-delta = It came to { $before } and comes to { $now } now
pay-cap = Above the cap of { $limit }
pay-cap-released = From above earlier caps, within the cap of { $limit }
pay-guarantee = Guarantee of { $floor }; { $earned } was earned
pay-holdback = { $held } is held back until the customer pays; { $collected } is collected
pay-release = Released: { $collected } is collected of what { $held } was held back on
pay-hold-cancelled = The { $held } held back is cancelled before anything paid is taken back
pay-forfeit = Written off: { $forfeited } held back is forfeited
pay-clawback = Taken back: { $share } of { $paid }
pay-carried = Owed from later pay: { $owed } in all
pay-offset = Set off against what is owed; { $owed } is left
pay-draw = Draw up to { $amount }; { $earned } was earned
pay-recovery = Recovered from { $earned }; { $owed } was owed
pay-adjustment = Adjusted by hand: { $reason }

# What blocks approval
pay-no-plan = No plan covers the payee on this day.
pay-no-quota = There is no quota for { $interval }.
pay-no-rate = There is no rate { $pair } on { $date }.
pay-no-value = There is no value of { $metric } for { $interval }.
pay-no-cost = The margin needs the cost of this fact.
pay-no-target = There is no target variable to reckon with.
pay-unknown-paid = Neither the plans nor people.csv know this payee or component of paid.csv.
pay-uncredited = No rule credits this fact to anyone directly.
pay-negative-net = The net would be { $net }.
pay-no-previous = Growth over nothing: { $interval } has no credit.
