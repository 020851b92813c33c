# Grains and units
grain = Period length
grain-day = Day
grain-week = Week
grain-month = Month
grain-quarter = Quarter
grain-year = Year
grain-all = All time
unit-day = day
unit-days = days
unit-minutes = min
unit-points = pts
in-unit = { $name }, { $unit }

# What a number is asked by
by = By
by-company = Company
by-source = Source
by-stage = Stage
by-team = Team
by-rep = Salesperson
by-manager = Manager
by-territory = Territory
by-segment = Segment
by-product = Product
by-account = Account
by-period = Period
no-entity = Not assigned

# A tile
light-on-target = On target
light-watch = Watch
light-behind = Behind
light-no-value = No value
target-is = target { $target }
bar-label = { $percent } of the target
no-target = no target
lower-is-better = lower is better
higher-is-better = higher is better
versus = vs { $period }
versus-previous = vs the period before
versus-year-before = vs the year before
change = Change
value = Value
total = Total
share = Share
weighted-score = Weighted score
scorecard-of = Scorecard of { $name }
score-of-100 = of 100
period-part = to date · day { $day } of { $days }
as-of-date = as of { $date }
as-of-known-at = as of { $date }, known at { $known }

# Why there is no value
null-undefined = There is nothing to divide by in this period.
null-no_source = No data of this kind has been imported yet.
null-missing_rate = An exchange rate is missing. Add it to see the value.
null-insufficient = There are too few answers to say.
null-immature = It is too early to say: the time to judge by has not passed.
null-withheld = It is withheld: it would show the figures of fewer than three people or of a confidential record.
null-met = The quota is met: nothing is left to cover.

# The page behind a number
what-this-is = What this number is
definition = Definition
formula = Formula
numerator = Numerator
denominator = Denominator
contribution = Contribution
authority = Asked for by
computed-from = Computed from
rows-behind = Rows behind the number
rows-match = The rows sum to the number.
more-rows =
    { $count ->
        [one] 1 more row that you may not open
       *[other] { $count } more rows that you may not open
    }
rounding = Rounding
not-additive = This number is not a sum: the lines do not add up to the total.
kpi-by-period =
    { $name } by { $grain ->
        [day] day
        [week] week
        [month] month
        [quarter] quarter
        [year] year
       *[all] period
    }
kpi-by = { $name } by { $entity }
export-csv = Export CSV
export-xlsx = Export XLSX
no-kpis = No KPI is set up for this role
no-kpis-hint = An operator chooses the KPIs of a role in the settings.
no-facts = There is no data yet
no-facts-hint = Numbers appear as soon as a file is imported.
kpis = KPIs
people-shown = The first { $shown } of { $all } people.
show-all-people = Show all
everyone-else = Everyone else
revenue-counts = Revenue: { $basis }
kpi-by-person = { $name } by person
defined-in = Defined in
section = Reference, section { $section }

# Groups of KPIs
kpi-group-leads = Leads and acquisition
kpi-group-voice = Customer voice and service
kpi-group-people = People and enablement
kpi-group-revenue = Revenue and quota
kpi-group-deals = Deals and orders
kpi-group-pipeline = Pipeline and conversion
kpi-group-customers = Customers
kpi-group-coverage = Coverage
kpi-group-receivables = Receivables
kpis-without-source = No data imported yet for: { $names }
counts-on = Counts on
before = Before
year-before = Year before
nothing-known = Nothing was known here on that day
nothing-known-hint = The first records came later. Choose a later day, or go back to now.
versus-same-days = vs the same days of { $period }
several = Several

# Periods
periods = Periods
periods-hint = A closed period answers as it was reported; what is learnt of it later counts in the open one.
period-closed = Closed
period-partly = Partly closed
period-open = Open
state = State
close-period = Close { $period }
close-period-hint = These values will be fixed. What is learnt of the period later counts in the open one.
closed-by = Closed on { $date } by { $name }. What was learnt since counts in the open period; here it stands as restated.

# Role scorecards.
scores = Scores
scores-hint = Everybody whose role has a scorecard, with what its KPIs come to.
no-scores = No scores here
no-scores-hint = Nobody you may see held a role with a scorecard in this period.
scorecards = Scorecards
scorecards-hint = By which KPIs each role is judged. Your own scorecard stands in place of the one that comes with Clinch.
scorecard-edit-hint = Weights make 100%. A KPI without a weight is shown and not scored. A curve is a word like linear, or points like linear 80%:60 100%:100 120%:120.
scorecard-wrong = This scorecard cannot be used yet
fix-scores = Fix the scores of { $period }
scores-fixed = { $count ->
    [one] One score was fixed
   *[other] { $count } scores were fixed
  }
fixed = Fixed
weight-present = Weight with a score
too-little-weight = Less than half of the weight has a score, so there is none.
every-kpi = Every KPI
score-rests-on = { $percent } of the weight has a score.
missing-value = A KPI without a value
missing-renormalise = The others share its weight
missing-neutral = Counts as 100
missing-zero = Counts as 0
score-fixed-same = Fixed at { $score }; nothing learnt since changes it.
score-fixed-other = Fixed at { $score }; with what is known now it would be { $now }.
not-scored = not scored
score-times-weight = score { $score } × { $weight }%
no-target-weight = no target · { $weight }%
no-score-weight = no score · { $weight }%
score-parts = What the score is made of
adds = Adds
own-scorecard = Your own
shipped-scorecard = Comes with Clinch
groups = Groups
with-weight = With a weight
preview = Preview
score-now = Score now
score-then = Score then
whose-numbers = Whose numbers
whose-person = The person's own
whose-reports = The person's and their reports'
whose-company = The company's
whose-as-scorecard = As the scorecard
new-group = New group
holds-from = Holds from
curve = Curve
all-roles = All roles
scorecard-since = since { $date }
score-full = 100 is on target

# Why a number changed.
why = Why did it change?
why-changed = Why { $name } changed
compared-with = Compared with
against-period = The period before
against-year = The year before
against-known = What was known on
against-as-of = As it stood on
known-now = known now
known-on = known on { $date }
difference = Difference
cause = Cause
causes = Records behind it
every-cause = Every cause
effect = Effect
record = Record
axis-is-cut = The bars do not begin at zero.
nothing-to-compare = One of the two has no value, so there is no difference to explain
cause-added = Added
cause-changed = Changed
cause-moved = Another owner
cause-removed = Removed or undone
cause-organisation = People, teams or territories changed
cause-rate = Exchange rates changed
cause-stage = Stages changed
cause-time = Time passed
cause-came = Only in the later period
cause-left = Only in the earlier period
cause-both = In both periods, with other amounts
cause-days = Periods of other lengths
cause-part = Another number
cause-hidden = Rows you may not open
cause-other = Other
more-causes = { $count } more
scorecard-later = Another version holds from { $date } on.

# Targets from the company down.
cascade = Targets
cascade-hint = What is expected of the company, its teams and people, and what those below add up to.
no-targets = No targets for this period
no-targets-hint = Set one below, or import targets as a file.
of-parts = Sum below
pace = Pace
needed-a-month = Needed a month
whose = Whose
set-target = Set a target for { $period }
cause-shared = Several people's, or nobody's
cause-closing = A period was closed or opened again

# A company's own KPIs.
kpi-catalogue = KPI catalogue
kpi-catalogue-hint = Every number Clinch computes, with the one formula it is computed by.
kpi-group-own = Your own
new-kpi = New KPI
kpi-id = Id
kpi-id-hint = Small letters, digits and _; formulas name it so, and it stays.
unit = Unit
better = Better is
versions = Versions
kpi-ended = None of your own from then on
kpi-broken = A definition can no longer be computed; it is left out until it is corrected.
kpi-wrong = This cannot be computed yet
kpi-took = Everybody's values of a year took { $count } ms.
kpi-value-now = Value until then
kpi-change = Change how it is computed
kpi-change-hint = Another version from a day on. Closed periods keep the formula they were reported with.
kpi-end = End it
kpi-end-from = None of your own from
kpi-reads = Formula in words
kpi-reads-hint = How people read it. Empty: the formula itself.
kpi-formula-hint = Over KPIs: revenue / deals_won_count, with + - * / ( ), max(a, b) and left(a, b). Or over facts: a table, as docs/kpi-format.md has it.
kpi-rows = Opens into
kpi-name-en = Name in English
kpi-name-th = Name in Thai
kpi-name-ja = Name in Japanese
kpi-meaning-en = Meaning in English
kpi-meaning-th = Meaning in Thai
kpi-meaning-ja = Meaning in Japanese
kpi-facts = What formulas over facts can name
kpi-fact = Fact
kpi-fact-of = Of
kpi-amounts = Sums of
kpi-keys = Counts of
kpi-filters = Only with a word of
kpi-plain-number = a plain number
choice-kpi-unit-money = Money
choice-kpi-unit-percent = Percent
choice-kpi-unit-count = Count
choice-kpi-unit-days = Days
choice-kpi-unit-minutes = Minutes
choice-kpi-unit-index = Index
choice-kpi-unit-times = Times
choice-kpi-unit-points = Points
choice-better-higher = Higher
choice-better-lower = Lower
choice-better-band = Within a band
choice-kpi-rows-document = Its records: deals, orders, cases …
choice-kpi-rows-account = Accounts
cause-formula = Another formula
kpi-error-file = The formula does not read: { $what }
kpi-error-id = { $what } is no id: small letters, digits and _, a letter first, 60 at most.
kpi-error-group = There is no group { $what }.
kpi-error-grain = It cannot be broken down by { $what }: what it counts does not say.
kpi-error-twice = There is a KPI { $kpi } already: change it on its own page.
kpi-error-column = There is no { $what }; there is { $near }.
kpi-error-forecast = A forecast and what came are KPIs of one measure each, the forecast a sum.
kpi-error-no-names = Say its name in one language at least.
kpi-error-no-reads = Say the formula in words.
kpi-error-sides = { $left } and { $right } are not told in one unit.
kpi-error-unit = The formula comes to { $what }, and the KPI is told in { $unit }.
kpi-error-unread = The formula does not read at character { $at }.
kpi-error-no-kpi = There is no KPI { $what }.
kpi-error-cycle = It would be computed from itself: { $what }
kpi-error-large = The formula has more than 200 names, numbers and signs, with those of the KPIs it names.
kpi-error-units = At character { $at } the sign { $sign } puts { $left } and { $right } together: both must be told in one unit.
kpi-error-costly = It is too costly: everybody's values of a year took more than { $what } seconds.
error-on-scorecard = It stands on a scorecard: take it from there first.
kpi-error-kept = { $kpi } is told in { $what } and grows with its period or not as before; targets and scorecards rest on that. Give another KPI another id.
kpi-error-long = The definition is too long.
kpi-error-rows = It cannot open into { $what }.
kpi-error-scorecard = The scorecard of { $role } could no longer be used: { $what }
error-later-version = Only the company's own can be ended, and from the day of its latest version on.
error-kpi-is-named = Another KPI is computed from it: change that one first.
choice-kpi-rows-recipient = Recipients
kpi-set = Set on, by
kpi-says = What it says
kpi-group = Group on the scorecard
kpi-beside = Told beside it
kpi-beside-hint = Numbers that stand beside this one, such as a median or a count of what was left out. One is asked for as kpi.id, and removed when all of its fields are empty.
kpi-beside-new = Another
kpi-beside-id-hint = Small letters, digits and _.
kpi-beside-unit = As the KPI
kpi-matures = When a cohort is mature
kpi-matures-when = Measure of its members that have ended
kpi-matures-when-hint = A table, as docs/kpi-format.md has it. The cohort is mature when nine of ten have ended.
kpi-matures-days = Or days that it is followed for
kpi-matures-days-hint = Mature when so many days have passed since the end of the period.
