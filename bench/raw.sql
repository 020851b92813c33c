-- The twelve KPIs by person and month over the raw records, by hand, for DuckDB. The rules are those of
-- data/acme/expected; what those leave out is said here. $first: the first day; $after: the day after the last month;
-- $as_of: what came true after that day has not come true. A row a person and month, without rows of nothing at all.
WITH months AS (
    SELECT starts_on, (starts_on + INTERVAL 1 MONTH)::DATE AS ends_on,
        least((starts_on + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE, $as_of) AS last_day
    FROM (SELECT unnest(range($first, $after, INTERVAL 1 MONTH))::DATE AS starts_on)),
rate_spans AS MATERIALIZED (
    SELECT kind, from_currency AS currency, rate, starts_on,
        coalesce(lead(starts_on) OVER (PARTITION BY kind, from_currency ORDER BY starts_on), DATE '9999-01-01') AS ends_on
    FROM rates WHERE to_currency = 'THB'
    UNION ALL
    SELECT kind, 'THB', 1.00, DATE '0001-01-01', DATE '9999-01-01' FROM (VALUES ('plan'), ('spot')) AS k(kind)),
visits AS MATERIALIZED (
    SELECT deal, starts_on, lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on) AS left_on, stage, pipeline,
        position, kind, probability, forecast_category
    FROM (
        SELECT id AS deal, opened_on AS starts_on, stage FROM deals
        UNION ALL
        SELECT deal, changed_on, stage FROM stage_history)
    JOIN stages ON stages.id = stage),
owners AS MATERIALIZED (
    SELECT deal, owner, starts_on,
        coalesce(lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on), DATE '9999-01-01') AS ends_on
    FROM (
        SELECT id AS deal, opened_on AS starts_on, owner FROM deals
        UNION ALL
        SELECT deal, changed_on, owner FROM owner_history)),
amounts AS MATERIALIZED (
    SELECT deal, amount, starts_on,
        coalesce(lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on), DATE '9999-01-01') AS ends_on
    FROM (
        SELECT id AS deal, opened_on AS starts_on, amount FROM deals
        UNION ALL
        SELECT deal, changed_on, amount FROM amount_history)),
-- Closed in these months, with its worth and its days. A split deal's days weigh by its shares.
closed AS MATERIALIZED (
    SELECT visits.deal, visits.kind = 'won' AS is_won, visits.starts_on AS closed_on, amounts.amount * rate AS worth,
        visits.starts_on - coalesce(first_contact_on, opened_on) - coalesce(paused, 0) AS cycle_days,
        visits.starts_on - opened_on - coalesce(paused, 0) AS close_days
    FROM visits
    JOIN deals ON deals.id = visits.deal
    JOIN amounts ON amounts.deal = visits.deal AND amounts.ends_on = DATE '9999-01-01'
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = deals.currency
        AND visits.starts_on >= r.starts_on AND visits.starts_on < r.ends_on
    LEFT JOIN (
        SELECT deal, sum(left_on - starts_on) AS paused
        FROM visits WHERE kind <> 'open' AND left_on IS NOT NULL GROUP BY deal) p ON p.deal = visits.deal
    WHERE left_on IS NULL AND visits.kind <> 'open'
        AND visits.starts_on >= $first AND visits.starts_on < least($after, $as_of + 1)),
revenue_splits AS (SELECT deal, person, share FROM splits WHERE kind = 'revenue'),
credits AS (
    SELECT closed.*, person, share FROM closed JOIN revenue_splits USING (deal)
    UNION ALL
    SELECT closed.*, owner, 1.00
    FROM closed
    JOIN owners ON owners.deal = closed.deal AND closed_on >= starts_on AND closed_on < ends_on
    WHERE closed.deal NOT IN (SELECT deal FROM revenue_splits)),
ended AS (
    SELECT person, date_trunc('month', closed_on)::DATE AS month,
        sum(worth * share) FILTER (is_won) AS revenue, sum(share) FILTER (is_won) AS won, sum(share) AS closed,
        sum(cycle_days * share) FILTER (is_won AND cycle_days >= 0) AS cycle_days,
        sum(share) FILTER (is_won AND cycle_days >= 0) AS cycles,
        sum(close_days * share) FILTER (is_won AND close_days >= 0) AS close_days,
        sum(share) FILTER (is_won AND close_days >= 0) AS closes
    FROM credits GROUP BY ALL),
begun AS (
    SELECT owner AS person, date_trunc('month', opened_on)::DATE AS month, count(*) AS opened, count(w.deal) AS opened_won
    FROM deals
    LEFT JOIN (
        SELECT deal FROM visits WHERE left_on IS NULL AND kind = 'won' AND starts_on <= $as_of) w ON w.deal = deals.id
    WHERE opened_on >= $first AND opened_on < least($after, $as_of + 1)
    GROUP BY ALL),
standing AS (
    SELECT o.owner AS person, m.starts_on AS month, sum(a.amount * rate) AS pipeline,
        sum(a.amount * rate * probability) AS weighted
    FROM months m
    JOIN visits v ON v.kind = 'open' AND forecast_category <> 'omitted'
        AND v.starts_on <= last_day AND (left_on IS NULL OR left_on > last_day)
    JOIN deals ON deals.id = v.deal
    JOIN owners o ON o.deal = v.deal AND o.starts_on <= last_day AND o.ends_on > last_day
    JOIN amounts a ON a.deal = v.deal AND a.starts_on <= last_day AND a.ends_on > last_day
    JOIN rate_spans r ON r.kind = 'spot' AND r.currency = deals.currency AND r.starts_on <= last_day AND r.ends_on > last_day
    GROUP BY ALL),
-- A stage that was left counts for the deal's owner of the day it was last left.
stays AS (
    SELECT deal, stage, max(left_on) AS left_on, sum(left_on - starts_on) AS days
    FROM visits WHERE kind = 'open' AND left_on IS NOT NULL GROUP BY ALL
    HAVING max(left_on) >= $first AND max(left_on) < least($after, $as_of + 1)),
left_stages AS (
    SELECT owner AS person, date_trunc('month', left_on)::DATE AS month, sum(days) AS stage_days, count(*) AS stages_left
    FROM stays JOIN owners ON owners.deal = stays.deal AND left_on >= starts_on AND left_on < ends_on
    GROUP BY ALL),
entries AS (
    SELECT deal, s.id AS stage, min(starts_on) AS entered_on, min(starts_on) FILTER (v.position > s.position) AS advanced_on
    FROM visits v JOIN stages s ON s.pipeline = v.pipeline AND s.kind = 'open' AND s.position <= v.position
    WHERE v.kind <> 'lost' GROUP BY ALL
    HAVING min(starts_on) >= $first AND min(starts_on) < least($after, $as_of + 1)),
entered AS (
    SELECT owner AS person, date_trunc('month', entered_on)::DATE AS month, count(*) AS entered,
        count(*) FILTER (advanced_on <= $as_of) AS advanced
    FROM entries JOIN owners ON owners.deal = entries.deal AND entered_on >= starts_on AND entered_on < ends_on
    GROUP BY ALL),
-- A quarter's quota by days; 6 decimals, as every computed amount has (R-CUR).
goals AS (
    SELECT person, m.starts_on AS month,
        sum(round(amount * rate * (least(q.ends_on, m.ends_on) - greatest(q.starts_on, m.starts_on))::DOUBLE
            / (q.ends_on - q.starts_on), 6)) AS quota
    FROM months m
    JOIN quotas q ON q.starts_on < m.ends_on AND q.ends_on > m.starts_on
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = q.currency AND q.starts_on >= r.starts_on AND q.starts_on < r.ends_on
    GROUP BY ALL),
parts AS (
    FROM ended
    UNION ALL BY NAME FROM begun
    UNION ALL BY NAME FROM standing
    UNION ALL BY NAME FROM left_stages
    UNION ALL BY NAME FROM entered
    UNION ALL BY NAME FROM goals)
SELECT person, month, sum(revenue)::DOUBLE AS revenue, sum(won)::DOUBLE AS won, sum(closed)::DOUBLE AS closed,
    sum(cycle_days)::DOUBLE AS cycle_days, sum(cycles)::DOUBLE AS cycles, sum(close_days)::DOUBLE AS close_days,
    sum(closes)::DOUBLE AS closes, sum(opened)::DOUBLE AS opened, sum(opened_won)::DOUBLE AS opened_won,
    sum(pipeline)::DOUBLE AS pipeline, sum(weighted)::DOUBLE AS weighted, sum(stage_days)::DOUBLE AS stage_days,
    sum(stages_left)::DOUBLE AS stages_left, sum(entered)::DOUBLE AS entered, sum(advanced)::DOUBLE AS advanced,
    sum(quota)::DOUBLE AS quota
FROM parts GROUP BY person, month;
