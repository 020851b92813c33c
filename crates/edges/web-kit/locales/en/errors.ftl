# A page that is not there: what, and what to do
status-broken = Something went wrong
status-broken-hint = Try again; if it happens again, tell an operator the reference.
status-forbidden = No access
status-forbidden-hint = Your role may not open this page. Ask your manager or an operator for access.
status-not-found = Not found
status-not-found-hint = There is no such page, or you may not see it. Check the address, or search for it.
status-conflict = Changed by someone else
status-conflict-hint = Go back and reload to see the newest state, then make your change again.
status-refused = This cannot be done
status-refused-hint = Check what you asked for and try again.
status-too-many = Too many requests
status-too-many-hint = Wait a moment, then try again.
status-unavailable = Not available just now
status-unavailable-hint = It is starting, or being restored. Try again in a minute.
status-offline = No connection
status-offline-hint = Check the network. What you typed is still in the form.

# Hints for requests that make no sense
hint-check-address = The address names something that is not there. Start from the page before.
hint-form-expired = The form was open too long. Open it again; what you typed must be sent once more.
hint-too-large = The file is too large. Split it, or import it by command.
hint-choose-one = Say whom or what the number is about.

# What is wrong with a field, and what to do
error-required = Must be filled in.
error-not-a-number = Not a number. Write digits, with a point before decimals.
error-not-whole = Not a whole number. Leave the decimals out.
error-too-many-decimals = Too many decimals. Write at most { $count }.
error-too-large = The number is too large to keep. Check it.
error-not-a-date = Not a date. Write year, month and day, like 2026-11-21.
error-not-a-choice = Not one of the choices. Choose from the list.
error-not-an-email = Not an e-mail address. Write it like name@company.com.
error-not-a-currency = Not a currency code. Write three letters, like THB.
error-too-long = Longer than { $count } characters. Make it shorter.
error-no-such-record = There is no such record, or you may not use it. Choose another.
error-not-yours = Name yourself, or somebody who reports to you.
error-question-too-large = There is more behind this than one answer can take. Choose a shorter time, a coarser grain or fewer people.
error-end-before-start = The end is before the start. Exchange the two.
error-not-yet = That day has not come yet. Choose today or a day before it.
error-not-over = This period is not over yet. Wait until its last day is over.
error-closed-already = This period overlaps one that is closed. Open that one again first.
error-plan-is-old = Something was written since you looked. Look at it again, then decide.
error-duplicate = There is one like this already. Open that one, or change this.

scorecard-error-file = The file does not read: { $what }
scorecard-error-no-kpi = There is no KPI { $kpi }.
scorecard-error-twice = { $kpi } stands in it twice.
scorecard-error-company = { $kpi } can be told of the company alone, not of a person.
scorecard-error-kam = Visit-plan adherence is not for key account managers: their visits are not held to a plan.
scorecard-error-weight = { $kpi }: a weight is above 0 and has at most two decimals, not { $what }.
scorecard-error-whole = The weights make { $what }%, and not 100%.
scorecard-error-curve-more = { $kpi }: of this KPI more is better, and the curve { $what } rewards less.
scorecard-error-curve-less = { $kpi }: of this KPI less is better, and the curve { $what } rewards more.
scorecard-error-target = { $kpi }: a target is a number above zero, not { $what }.
scorecard-error-name = A group has no name in English.
scorecard-error-empty = It has no KPI.
scorecard-error-empty-group = { $what } has no KPI: add one, or empty its names.
scorecard-error-shape = { $what } is no curve: begin with linear, step or band, or write one of linear, inverse, milestone, binary alone.
scorecard-error-point = In a curve { $what } is no point: write it like 80%:60, or 72:60 for a value of the KPI.
scorecard-error-few = { $what }: a curve has at least two points, a step at least one.
scorecard-error-mixed = { $what }: either all points are shares of the target, with %, or none is.
scorecard-error-order = { $what }: points go up or down, and scores with them, one way.
error-not-explained = This number is no sum of rows, so no rows explain it. Ask why the numbers beside it changed.
error-scorecard-broken = The company's own scorecard of a role no longer reads: correct it under Scorecards.
scorecard-error-absolute = { $kpi }: it grows with its period, so the points of its curve are shares of the target, like 80%:60.
