-- What the KPI files share: the CSV files as typed views, and who owned what on which day. Paths are relative to
-- data/acme. Load this file first, then one KPI file:  duckdb -init expected/common.sql < expected/revenue.sql
--
-- "late" is 0 or 1: without or with late/amount_history.csv. Spans are half-open: starts_on <= day < ends_on.

CREATE MACRO forever() AS DATE '9999-01-01';
-- The last day the data knows: as_of where a KPI file says nothing else.
CREATE MACRO now_day() AS DATE '2026-11-20';

-- ---- periods (R-PER: half-open, calendar year) and rounding (R-CUR: half away from zero, at the very end) -----------

CREATE MACRO grain_of(p) AS CASE WHEN length(p) = 4 THEN 'year' WHEN p[6] = 'Q' THEN 'quarter' ELSE 'month' END;
CREATE MACRO period_start(p) AS make_date(
    p[1:4]::BIGINT,
    CASE WHEN length(p) = 4 THEN 1 WHEN p[6] = 'Q' THEN try_cast(p[7:7] AS BIGINT) * 3 - 2
        ELSE try_cast(p[6:7] AS BIGINT) END,
    1);
CREATE MACRO months_in(p) AS CASE WHEN length(p) = 4 THEN 12 WHEN p[6] = 'Q' THEN 3 ELSE 1 END;
CREATE MACRO period_end(p) AS (period_start(p) + to_months(months_in(p)))::DATE;
-- The first day that no longer counts: facts after as_of are not there yet.
CREATE MACRO until(p, as_of) AS least(period_end(p), (as_of + INTERVAL 1 DAY)::DATE);

-- Millionths, as whole numbers, so that the one division is exact. A zero denominator gives null (R-ZERO).
CREATE MACRO millionths(x) AS (x::DECIMAL(28, 6) * 1000000::DECIMAL(7, 0))::HUGEINT;
CREATE MACRO quotient(n, d) AS
    CASE WHEN d <> 0 THEN
        (sign(n) * sign(d)
            * ((2 * 1000000::HUGEINT * abs(millionths(n)) + abs(millionths(d))) // (2 * abs(millionths(d))))
        )::DECIMAL(28, 0) * 0.000001::DECIMAL(7, 6)
    END;

-- ---- the files ------------------------------------------------------------------------------------------------------

CREATE VIEW teams AS FROM read_csv('teams.csv', header = true, all_varchar = true);
CREATE VIEW people AS FROM read_csv('people.csv', header = true, types = {'hired_on': 'DATE', 'left_on': 'DATE'});
CREATE VIEW people_history AS FROM read_csv('people_history.csv', header = true, types = {'changed_on': 'DATE'});
CREATE VIEW territory_assignments AS
    FROM read_csv('territory_assignments.csv', header = true, types = {'starts_on': 'DATE', 'ends_on': 'DATE'});
CREATE VIEW stages AS
    FROM read_csv('stages.csv', header = true, types = {'position': 'INTEGER', 'probability': 'DECIMAL(3, 2)',
        'qualified': 'INTEGER'});
CREATE VIEW accounts AS FROM read_csv('accounts.csv', header = true, all_varchar = true);
CREATE VIEW deals AS
    FROM read_csv('deals.csv', header = true, types = {'amount': 'DECIMAL(18, 2)', 'opened_on': 'DATE',
        'first_contact_on': 'DATE', 'close_date': 'DATE', 'cost': 'DECIMAL(18, 2)'});
CREATE VIEW stage_history AS FROM read_csv('stage_history.csv', header = true, types = {'changed_on': 'DATE'});
CREATE VIEW owner_history AS FROM read_csv('owner_history.csv', header = true, types = {'changed_on': 'DATE'});
CREATE VIEW amount_history AS
    SELECT 0 AS learnt, * FROM read_csv('amount_history.csv', header = true,
        types = {'changed_on': 'DATE', 'amount': 'DECIMAL(18, 2)'})
    UNION ALL
    SELECT 1, * FROM read_csv('late/amount_history.csv', header = true,
        types = {'changed_on': 'DATE', 'amount': 'DECIMAL(18, 2)'});
CREATE VIEW splits AS FROM read_csv('splits.csv', header = true, types = {'share': 'DECIMAL(3, 2)'});
CREATE VIEW quotas AS
    FROM read_csv('quotas.csv', header = true,
        types = {'starts_on': 'DATE', 'ends_on': 'DATE', 'amount': 'DECIMAL(18, 2)'});
CREATE VIEW rates AS
    FROM read_csv('rates.csv', header = true, types = {'rate': 'DECIMAL(6, 2)', 'starts_on': 'DATE'});
CREATE VIEW orders AS
    FROM read_csv('orders.csv', header = true, types = {'ordered_on': 'DATE', 'cancelled': 'INTEGER',
        'required_on': 'DATE', 'shipped_on': 'DATE'});
CREATE VIEW order_lines AS
    FROM read_csv('order_lines.csv', header = true, types = {'quantity': 'DECIMAL(9, 0)',
        'unit_price': 'DECIMAL(12, 2)', 'discount': 'DECIMAL(3, 2)', 'cancelled': 'INTEGER'});
CREATE VIEW meetings AS
    FROM read_csv('meetings.csv', header = true, types = {'occurred_on': 'DATE', 'set_on': 'DATE'});
CREATE VIEW activities AS
    FROM read_csv('activities.csv', header = true, types = {'occurred_on': 'DATE'})
    UNION ALL
    SELECT id, kind, account, person, occurred_on, outcome, NULL FROM meetings;

-- ---- the organisation, dated (R-ATTR) -------------------------------------------------------------------------------

-- A person's team and manager, from being hired to leaving.
CREATE VIEW posts AS
    WITH said AS (
        SELECT id AS person, hired_on AS starts_on, team, manager FROM people
        UNION ALL
        SELECT person, changed_on, team, manager FROM people_history)
    SELECT said.person, said.team, said.manager, starts_on,
        coalesce(lead(starts_on) OVER (PARTITION BY person ORDER BY starts_on), left_on, forever()) AS ends_on
    FROM said JOIN people ON people.id = said.person;

-- A team counts into itself and every team above it.
CREATE VIEW team_above AS
    WITH RECURSIVE up AS (
        SELECT id AS team, id AS above FROM teams
        UNION ALL
        SELECT up.team, teams.parent FROM up JOIN teams ON teams.id = up.above WHERE teams.parent IS NOT NULL)
    FROM up;

-- A person counts into themselves and everybody above them on the day.
CREATE VIEW manager_above AS
    WITH RECURSIVE up AS (
        SELECT id AS person, id AS above, hired_on AS starts_on, coalesce(left_on, forever()) AS ends_on FROM people
        UNION ALL
        SELECT up.person, posts.manager, greatest(up.starts_on, posts.starts_on), least(up.ends_on, posts.ends_on)
        FROM up JOIN posts ON posts.person = up.above
        WHERE posts.manager IS NOT NULL AND up.starts_on < posts.ends_on AND posts.starts_on < up.ends_on)
    FROM up;

-- Everything a person counts into, with the days on which they do.
CREATE VIEW belongs AS
    SELECT id AS person, 'rep' AS "by", id AS entity, DATE '0001-01-01' AS starts_on, forever() AS ends_on FROM people
    UNION ALL
    SELECT person, 'team', above, starts_on, ends_on FROM posts JOIN team_above USING (team)
    UNION ALL
    SELECT person, 'manager', above, starts_on, ends_on FROM manager_above
    UNION ALL
    SELECT person, 'territory', territory, starts_on, coalesce(ends_on, forever()) FROM territory_assignments;

-- ---- a deal's stage, amount and owner, dated ------------------------------------------------------------------------

CREATE VIEW visits AS
    WITH moves AS (
        SELECT id AS deal, opened_on AS starts_on, stage FROM deals
        UNION ALL
        SELECT deal, changed_on, stage FROM stage_history)
    SELECT deal, starts_on, lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on) AS left_on, stage, position,
        kind, probability, forecast_category
    FROM moves JOIN stages ON stages.id = moves.stage;

CREATE VIEW owners AS
    WITH said AS (
        SELECT id AS deal, opened_on AS starts_on, owner FROM deals
        UNION ALL
        SELECT deal, changed_on, owner FROM owner_history)
    SELECT *, coalesce(lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on), forever()) AS ends_on FROM said;

CREATE VIEW amounts AS
    WITH said AS (
        SELECT late, id AS deal, opened_on AS starts_on, amount FROM deals, (VALUES (0), (1)) AS l(late)
        UNION ALL
        SELECT late, deal, changed_on, amount FROM amount_history JOIN (VALUES (0), (1)) AS l(late) ON learnt <= late)
    SELECT *, coalesce(lead(starts_on) OVER (PARTITION BY late, deal ORDER BY starts_on), forever()) AS ends_on
    FROM said;

-- ---- closed deals (R-REOPEN: the latest state decides, so a deal closes once or not at all) -------------------------

CREATE VIEW closed AS
    SELECT deal, kind AS outcome, starts_on AS closed_on FROM visits WHERE left_on IS NULL AND kind <> 'open';

-- Who is credited, and with which part: the revenue splits, else the owner when the closing day ended. Overlays are
-- never credited (R-ATTR).
CREATE VIEW credits AS
    WITH split AS (SELECT deal, person, share FROM splits WHERE kind = 'revenue')
    SELECT deal, outcome, closed_on, person, share FROM closed JOIN split USING (deal)
    UNION ALL
    SELECT closed.deal, outcome, closed_on, owner, 1.00
    FROM closed
    JOIN owners ON owners.deal = closed.deal AND closed_on >= starts_on AND closed_on < ends_on
    WHERE closed.deal NOT IN (SELECT deal FROM split);

-- Rates with an end, and one for the company's own currency.
CREATE VIEW rate_spans AS
    SELECT kind, from_currency AS currency, rate, starts_on,
        coalesce(lead(starts_on) OVER (PARTITION BY kind, from_currency, to_currency ORDER BY starts_on), forever())
            AS ends_on
    FROM rates WHERE to_currency = 'THB'
    UNION ALL
    SELECT kind, 'THB', 1.00, DATE '0001-01-01', forever() FROM (VALUES ('plan'), ('spot')) AS k(kind);

-- A closed deal's worth: the latest amount at the plan rate of the closing day (R-CUR). Exact: 2 + 2 decimals.
CREATE VIEW worth AS
    SELECT late, deal, amounts.amount * rate AS baht
    FROM closed
    JOIN deals ON deals.id = closed.deal
    JOIN amounts USING (deal)
    JOIN rate_spans ON rate_spans.kind = 'plan' AND rate_spans.currency = deals.currency
        AND closed_on >= rate_spans.starts_on AND closed_on < rate_spans.ends_on
    WHERE amounts.ends_on = forever();

-- A closed deal's parts under every heading they count into. Under 'company', 'account', 'segment' and 'source' the
-- parts of a deal add up to 1.
CREATE VIEW slices AS
    SELECT deal, outcome, closed_on, person, share, 'company' AS "by", '' AS entity FROM credits
    UNION ALL
    SELECT deal, outcome, closed_on, credits.person, share, "by", entity
    FROM credits JOIN belongs ON belongs.person = credits.person AND closed_on >= starts_on AND closed_on < ends_on
    UNION ALL
    SELECT deal, outcome, closed_on, person, share, 'account', account FROM credits JOIN deals ON deals.id = deal
    UNION ALL
    SELECT deal, outcome, closed_on, person, share, 'segment', segment
    FROM credits JOIN deals ON deals.id = deal JOIN accounts ON accounts.id = deals.account
    UNION ALL
    SELECT deal, outcome, closed_on, person, share, 'source', source FROM credits JOIN deals ON deals.id = deal;

-- An opened deal under every heading it counts into: the owner's on the day it was opened.
CREATE VIEW opened_slices AS
    SELECT id AS deal, opened_on, 'company' AS "by", '' AS entity FROM deals
    UNION ALL
    SELECT id, opened_on, "by", entity
    FROM deals JOIN belongs ON belongs.person = deals.owner AND opened_on >= starts_on AND opened_on < ends_on
    UNION ALL
    SELECT id, opened_on, 'account', account FROM deals
    UNION ALL
    SELECT deals.id, opened_on, 'segment', segment FROM deals JOIN accounts ON accounts.id = account
    UNION ALL
    SELECT id, opened_on, 'source', source FROM deals;

-- An open deal under every heading, with the days on which its stage, amount, owner and the owner's place were these.
CREATE VIEW stock AS
    WITH held AS (
        SELECT late, visits.deal, visits.stage, probability, amounts.amount, currency, account, source, segment,
            owners.owner, greatest(visits.starts_on, owners.starts_on, amounts.starts_on) AS starts_on,
            least(coalesce(left_on, forever()), owners.ends_on, amounts.ends_on) AS ends_on
        FROM visits
        JOIN owners ON owners.deal = visits.deal
        JOIN amounts ON amounts.deal = visits.deal
        JOIN deals ON deals.id = visits.deal
        JOIN accounts ON accounts.id = deals.account
        WHERE visits.kind = 'open' AND forecast_category <> 'omitted'),
    days AS (FROM held WHERE starts_on < ends_on)
    SELECT late, deal, amount, currency, probability, 'company' AS "by", '' AS entity, starts_on, ends_on FROM days
    UNION ALL
    SELECT late, deal, amount, currency, probability, "by", entity, greatest(days.starts_on, belongs.starts_on),
        least(days.ends_on, belongs.ends_on)
    FROM days
    JOIN belongs ON belongs.person = days.owner
        AND days.starts_on < belongs.ends_on AND belongs.starts_on < days.ends_on
    UNION ALL
    SELECT late, deal, amount, currency, probability, 'account', account, starts_on, ends_on FROM days
    UNION ALL
    SELECT late, deal, amount, currency, probability, 'segment', segment, starts_on, ends_on FROM days
    UNION ALL
    SELECT late, deal, amount, currency, probability, 'source', source, starts_on, ends_on FROM days
    UNION ALL
    SELECT late, deal, amount, currency, probability, 'stage', stage, starts_on, ends_on FROM days;

-- ---- orders (R-CANCEL: neither cancelled orders nor cancelled lines; a refund is an order with negative lines) ------

CREATE VIEW sold AS
    SELECT "order", product, orders.account, orders.owner, ordered_on,
        quantity * unit_price AS list, quantity * unit_price * (1 - discount) AS net
    FROM order_lines JOIN orders ON orders.id = "order"
    WHERE orders.cancelled IS NULL AND order_lines.cancelled IS NULL;

CREATE VIEW sold_slices AS
    SELECT *, 'company' AS "by", '' AS entity FROM sold
    UNION ALL
    SELECT sold.*, "by", entity
    FROM sold JOIN belongs ON belongs.person = sold.owner AND ordered_on >= starts_on AND ordered_on < ends_on
    UNION ALL
    SELECT *, 'account', account FROM sold
    UNION ALL
    SELECT sold.*, 'segment', segment FROM sold JOIN accounts ON accounts.id = account
    UNION ALL
    SELECT *, 'product', product FROM sold;

-- ---- comparison periods, purchases and cycles, for the files that share them ----------------------------------------

-- The same period m months earlier (R-PART): both ends of a whole period move; a running period is compared with as
-- many days from the earlier start as have elapsed.
CREATE MACRO earlier_start(p, m) AS (period_start(p) - to_months(m))::DATE;
CREATE MACRO earlier_until(p, as_of, m) AS
    CASE WHEN until(p, as_of) = period_end(p) THEN (period_end(p) - to_months(m))::DATE
        ELSE earlier_start(p, m) + (until(p, as_of) - period_start(p))::INTEGER END;

-- The revenue facts of the basis bookings: the credited part of a won deal, of an account, under every heading.
CREATE VIEW bought AS
    SELECT late, slices.deal, account, closed_on, share, baht * share AS part, "by", entity
    FROM slices JOIN worth USING (deal) JOIN deals ON deals.id = slices.deal
    WHERE outcome = 'won';

-- A closed deal's days to its last close, from first contact (or opening, where that is blank) and from opening, less
-- the days it was closed before (R-REOPEN). The last close is no visit that was left.
CREATE VIEW cycle_days AS
    WITH paused AS (
        SELECT deal, sum(left_on - starts_on) AS days
        FROM visits WHERE kind <> 'open' AND left_on IS NOT NULL GROUP BY deal)
    SELECT closed.deal, closed_on - coalesce(first_contact_on, opened_on) - coalesce(days, 0) AS from_contact,
        closed_on - opened_on - coalesce(days, 0) AS from_opening
    FROM closed JOIN deals ON deals.id = closed.deal LEFT JOIN paused USING (deal);

-- ---- qualified deals, expected close dates and receivables ----------------------------------------------------------

CREATE VIEW close_date_history AS
    FROM read_csv('close_date_history.csv', header = true, types = {'changed_on': 'DATE', 'close_date': 'DATE'});
CREATE VIEW receivables AS
    FROM read_csv('receivables.csv', header = true, types = {'posted_on': 'DATE', 'due_on': 'DATE', 'paid_on': 'DATE',
        'amount': 'DECIMAL(18, 2)'});
CREATE VIEW cash_flows AS
    FROM read_csv('cash_flows.csv', header = true, types = {'stated_on': 'DATE', 'year': 'INTEGER',
        'amount': 'DECIMAL(18, 2)'});
CREATE VIEW costs AS
    FROM read_csv('costs.csv', header = true, types = {'booked_on': 'DATE', 'amount': 'DECIMAL(18, 2)'});

-- The days on which a deal is qualified (B10a): in an open stage at or after the first of its pipeline that is marked.
CREATE VIEW qualified_days AS
    WITH marked AS (SELECT pipeline, min(position) AS position FROM stages WHERE qualified = 1 GROUP BY pipeline)
    SELECT deal, starts_on, coalesce(left_on, forever()) AS ends_on
    FROM visits
    JOIN stages ON stages.id = visits.stage
    JOIN marked ON marked.pipeline = stages.pipeline AND stages.position >= marked.position
    WHERE visits.kind = 'open';

-- When a deal is expected to close: the close date of deals.csv from the opening on, then every change.
CREATE VIEW close_dates AS
    WITH said AS (
        SELECT id AS deal, opened_on AS starts_on, close_date FROM deals
        UNION ALL
        SELECT deal, changed_on, close_date FROM close_date_history)
    SELECT *, coalesce(lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on), forever()) AS ends_on FROM said;

-- A receivable under every heading, with the days on which it is owed: from its posting up to the day before it is
-- paid. It is its owner's; under a team or manager it counts while the owner is there.
CREATE VIEW owed AS
    WITH days AS (SELECT *, posted_on AS starts_on, coalesce(paid_on, forever()) AS ends_on FROM receivables)
    SELECT id, amount, currency, due_on, 'company' AS "by", '' AS entity, starts_on, ends_on FROM days
    UNION ALL
    SELECT id, amount, currency, due_on, "by", entity, greatest(days.starts_on, belongs.starts_on),
        least(days.ends_on, belongs.ends_on)
    FROM days
    JOIN belongs ON belongs.person = days.owner
        AND days.starts_on < belongs.ends_on AND belongs.starts_on < days.ends_on
    UNION ALL
    SELECT id, amount, currency, due_on, 'account', account, starts_on, ends_on FROM days;

-- The same at the spot rate of the day: what is owed, as an amount in baht, and from when on it is overdue (the day
-- after due_on).
CREATE VIEW owed_baht AS
    SELECT id, "by", entity, owed.amount * rate AS baht, due_on + 1 AS overdue_on,
        greatest(owed.starts_on, r.starts_on) AS starts_on, least(owed.ends_on, r.ends_on) AS ends_on
    FROM owed JOIN rate_spans r ON r.kind = 'spot' AND r.currency = owed.currency
        AND owed.starts_on < r.ends_on AND r.starts_on < owed.ends_on;

-- What was posted, at the plan rate of the day of posting.
CREATE VIEW posted AS
    WITH said AS (
        SELECT receivables.*, receivables.amount * rate AS baht
        FROM receivables JOIN rate_spans r ON r.kind = 'plan' AND r.currency = receivables.currency
            AND posted_on >= r.starts_on AND posted_on < r.ends_on)
    SELECT id, posted_on, baht, 'company' AS "by", '' AS entity FROM said
    UNION ALL
    SELECT id, posted_on, baht, "by", entity
    FROM said JOIN belongs ON belongs.person = said.owner AND posted_on >= starts_on AND posted_on < ends_on
    UNION ALL
    SELECT id, posted_on, baht, 'account', account FROM said;

-- ---- leads, what customers say, people, visits and forecasts --------------------------------------------------------

-- A moment of leads.csv as the clock in Bangkok shows it, and the working minutes before it: Monday to Friday from nine
-- to six, counted from a Monday on.
CREATE MACRO bangkok(m) AS
    CASE WHEN m LIKE '%+09:00' THEN strptime(m[1:19], '%Y-%m-%dT%H:%M:%S') - INTERVAL 2 HOUR
        ELSE strptime(m, '%Y-%m-%d %H:%M') END;
CREATE MACRO worked_minutes(t) AS
    (t::DATE - DATE '2024-01-01') // 7 * 5 * 540 + least((t::DATE - DATE '2024-01-01') % 7, 5) * 540
    + CASE WHEN isodow(t) < 6 THEN least(greatest(hour(t) * 60 + minute(t) - 540, 0), 540) ELSE 0 END;

-- The same person and company within 90 days of an earlier lead is no further lead (B4). The first qualification is the
-- one that counts (B3).
CREATE VIEW leads AS
    WITH said AS (
        SELECT *, bangkok(received_at) AS received, bangkok(answered_at) AS answered
        FROM read_csv('leads.csv', header = true, types = {'created_on': 'DATE', 'received_at': 'VARCHAR',
            'answered_at': 'VARCHAR', 'reviewed_on': 'DATE', 'accepted': 'INTEGER', 'relevance': 'DECIMAL(3, 1)',
            'qualified_on': 'DATE', 'converted_on': 'DATE', 'disqualified_on': 'DATE'})),
    again AS (
        SELECT lead AS id, min(qualified_on) AS again_on
        FROM read_csv('lead_history.csv', header = true, types = {'changed_on': 'DATE', 'qualified_on': 'DATE'})
        GROUP BY lead)
    SELECT said.*, least(qualified_on, again_on) AS first_qualified_on
    FROM said LEFT JOIN again USING (id)
    WHERE NOT EXISTS (
        SELECT 1 FROM said AS earlier
        WHERE earlier.name = said.name AND earlier.organisation = said.organisation
            AND (earlier.created_on, earlier.id) < (said.created_on, said.id)
            AND said.created_on - earlier.created_on <= 90);

CREATE VIEW cases AS
    FROM read_csv('cases.csv', header = true, types = {'opened_on': 'DATE', 'due_on': 'DATE', 'resolved_on': 'DATE',
        'reopened_on': 'DATE'});
CREATE VIEW survey_answers AS
    FROM read_csv('survey_answers.csv', header = true, types = {'answered_on': 'DATE', 'score': 'INTEGER'});
CREATE VIEW feedback AS
    FROM read_csv('feedback.csv', header = true, types = {'given_on': 'DATE', 'rating': 'INTEGER'});
CREATE VIEW trainings AS
    FROM read_csv('trainings.csv', header = true, types = {'assigned_on': 'DATE', 'due_on': 'DATE',
        'completed_on': 'DATE', 'rating': 'INTEGER', 'score_before': 'DECIMAL(4, 1)', 'score_after': 'DECIMAL(4, 1)'});
CREATE VIEW assessments AS
    FROM read_csv('assessments.csv', header = true, types = {'assessed_on': 'DATE', 'score': 'DECIMAL(4, 1)',
        'weight': 'DECIMAL(3, 2)'});
CREATE VIEW content_events AS FROM read_csv('content_events.csv', header = true, types = {'occurred_on': 'DATE'});
CREATE VIEW planned_visits AS
    FROM read_csv('planned_visits.csv', header = true, types = {'planned_on': 'DATE', 'done_on': 'DATE'});
CREATE VIEW tenders AS
    FROM read_csv('tenders.csv', header = true, types = {'submitted_on': 'DATE', 'decided_on': 'DATE'});
CREATE VIEW reports AS
    FROM read_csv('reports.csv', header = true, types = {'due_on': 'DATE', 'accepted_on': 'DATE'});
CREATE VIEW relationships AS
    FROM read_csv('relationships.csv', header = true, types = {'known_on': 'DATE', 'level': 'INTEGER'});
CREATE VIEW market_sizes AS
    FROM read_csv('market_sizes.csv', header = true, types = {'starts_on': 'DATE', 'ends_on': 'DATE',
        'amount': 'DECIMAL(18, 2)', 'stated_on': 'DATE'});
CREATE VIEW plan_quotas AS
    FROM read_csv('plan_quotas.csv', header = true, types = {'starts_on': 'DATE', 'ends_on': 'DATE',
        'amount': 'DECIMAL(18, 2)'});

-- A relationship's level with the days on which it was that.
CREATE VIEW relationship_levels AS
    WITH said AS (
        SELECT id AS relationship, known_on AS starts_on, level FROM relationships
        UNION ALL
        SELECT relationship, changed_on, level
        FROM read_csv('relationship_history.csv', header = true, types = {'changed_on': 'DATE', 'level': 'INTEGER'}))
    SELECT *, coalesce(lead(starts_on) OVER (PARTITION BY relationship ORDER BY starts_on), forever()) AS ends_on
    FROM said;

-- Forecasts at the plan rate of the first day of what they are of.
CREATE VIEW forecasts AS
    SELECT f.*, f.amount * rate AS baht
    FROM read_csv('forecasts.csv', header = true, types = {'starts_on': 'DATE', 'ends_on': 'DATE',
        'horizon': 'INTEGER', 'amount': 'DECIMAL(18, 2)', 'stated_on': 'DATE'}) f
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = f.currency
        AND f.starts_on >= r.starts_on AND f.starts_on < r.ends_on;

-- Every day on which a person was employed.
CREATE VIEW employed_days AS
    SELECT people.id AS person, role, day
    FROM people
    JOIN (SELECT unnest(generate_series(DATE '2025-01-01', DATE '2026-12-31', INTERVAL 1 DAY))::DATE AS day)
        ON day >= hired_on AND day < coalesce(left_on, forever());
