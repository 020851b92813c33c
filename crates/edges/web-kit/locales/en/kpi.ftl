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
