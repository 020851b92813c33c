-- The twelve KPIs by person and month over the raw records, by hand, for PostgreSQL: the rules and columns of raw.sql.
-- :first, :after and :as_of are psql's variables. Each part has a person and month once: they are joined side by side.
WITH months AS (
    SELECT m::date AS starts_on, (m + INTERVAL '1 month')::date AS ends_on,
        least((m + INTERVAL '1 month')::date - 1, DATE :'as_of') AS last_day
    FROM generate_series(TIMESTAMP :'first', DATE :'after' - 1, INTERVAL '1 month') AS m),
rate_spans AS MATERIALIZED (
    SELECT kind, from_currency AS currency, rate, starts_on,
        lead(starts_on, 1, DATE 'infinity') OVER (PARTITION BY kind, from_currency ORDER BY starts_on) AS ends_on
    FROM rates WHERE to_currency = 'THB'
    UNION ALL
    VALUES ('plan', 'THB', 1.00, DATE '-infinity', DATE 'infinity'),
        ('spot', 'THB', 1.00, DATE '-infinity', DATE 'infinity')),
visits AS MATERIALIZED (
    SELECT deal, starts_on, left_on, stage, pipeline, position, kind, probability, forecast_category
    FROM (
        SELECT deal, starts_on, stage, lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on) AS left_on
        FROM (
            SELECT id AS deal, opened_on AS starts_on, stage FROM deals
            UNION ALL
            SELECT deal, changed_on, stage FROM stage_history) AS moves) AS v
    JOIN stages ON stages.id = stage),
owners AS MATERIALIZED (
    SELECT deal, owner, starts_on,
        lead(starts_on, 1, DATE 'infinity') OVER (PARTITION BY deal ORDER BY starts_on) AS ends_on
    FROM (
        SELECT id AS deal, opened_on AS starts_on, owner FROM deals
        UNION ALL
        SELECT deal, changed_on, owner FROM owner_history) AS moves),
amounts AS MATERIALIZED (
    SELECT deal, amount, starts_on,
        lead(starts_on, 1, DATE 'infinity') OVER (PARTITION BY deal ORDER BY starts_on) AS ends_on
    FROM (
        SELECT id AS deal, opened_on AS starts_on, amount FROM deals
        UNION ALL
        SELECT deal, changed_on, amount FROM amount_history) AS moves),
-- Closed in these months, with its worth and its days. A split deal's days weigh by its shares.
closed AS MATERIALIZED (
    SELECT v.deal, v.kind = 'won' AS is_won, v.starts_on AS closed_on, a.amount * rate AS worth,
        v.starts_on - coalesce(first_contact_on, opened_on) - coalesce(paused, 0) AS cycle_days,
        v.starts_on - opened_on - coalesce(paused, 0) AS close_days
    FROM visits v
    JOIN deals ON deals.id = v.deal
    JOIN amounts a ON a.deal = v.deal AND a.ends_on = DATE 'infinity'
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = deals.currency
        AND v.starts_on >= r.starts_on AND v.starts_on < r.ends_on
    LEFT JOIN (
        SELECT deal, sum(left_on - starts_on) AS paused
        FROM visits WHERE kind <> 'open' AND left_on IS NOT NULL GROUP BY deal) p ON p.deal = v.deal
    WHERE left_on IS NULL AND v.kind <> 'open'
        AND v.starts_on >= DATE :'first' AND v.starts_on < least(DATE :'after', DATE :'as_of' + 1)),
credits AS (
    SELECT closed.*, person, share FROM closed JOIN splits ON splits.deal = closed.deal AND splits.kind = 'revenue'
    UNION ALL
    SELECT closed.*, owner, 1.00
    FROM closed
    JOIN owners ON owners.deal = closed.deal AND closed_on >= starts_on AND closed_on < ends_on
    WHERE NOT EXISTS (SELECT FROM splits WHERE splits.deal = closed.deal AND splits.kind = 'revenue')),
ended AS (
    SELECT person, date_trunc('month', closed_on)::date AS month,
        sum(worth * share) FILTER (WHERE is_won) AS revenue, sum(share) FILTER (WHERE is_won) AS won,
        sum(share) AS closed,
        sum(cycle_days * share) FILTER (WHERE is_won AND cycle_days >= 0) AS cycle_days,
        sum(share) FILTER (WHERE is_won AND cycle_days >= 0) AS cycles,
        sum(close_days * share) FILTER (WHERE is_won AND close_days >= 0) AS close_days,
        sum(share) FILTER (WHERE is_won AND close_days >= 0) AS closes
    FROM credits GROUP BY 1, 2),
begun AS (
    SELECT owner AS person, date_trunc('month', opened_on)::date AS month, count(*) AS opened,
        count(w.deal) AS opened_won
    FROM deals
    LEFT JOIN visits w ON w.deal = deals.id AND w.left_on IS NULL AND w.kind = 'won' AND w.starts_on <= DATE :'as_of'
    WHERE opened_on >= DATE :'first' AND opened_on < least(DATE :'after', DATE :'as_of' + 1)
    GROUP BY 1, 2),
-- These two apart, so that what stood on a month's last day is picked before anything is joined to it.
spot_rates AS MATERIALIZED (
    SELECT m.starts_on AS month, currency, rate
    FROM months m JOIN rate_spans r ON r.kind = 'spot' AND r.starts_on <= last_day AND r.ends_on > last_day),
standing_deals AS MATERIALIZED (
    SELECT deal, currency, m.starts_on AS month, last_day, probability
    FROM months m
    JOIN visits v ON v.kind = 'open' AND forecast_category <> 'omitted'
        AND v.starts_on <= last_day AND (left_on IS NULL OR left_on > last_day)
    JOIN deals ON deals.id = v.deal),
standing AS (
    SELECT o.owner AS person, month, sum(a.amount * rate) AS pipeline, sum(a.amount * rate * probability) AS weighted
    FROM standing_deals s
    JOIN owners o ON o.deal = s.deal AND o.starts_on <= last_day AND o.ends_on > last_day
    JOIN amounts a ON a.deal = s.deal AND a.starts_on <= last_day AND a.ends_on > last_day
    JOIN spot_rates USING (month, currency)
    GROUP BY 1, 2),
-- A stage that was left counts for the deal's owner of the day it was last left.
stays AS (
    SELECT deal, stage, max(left_on) AS left_on, sum(left_on - starts_on) AS days
    FROM visits WHERE kind = 'open' AND left_on IS NOT NULL GROUP BY 1, 2
    HAVING max(left_on) >= DATE :'first' AND max(left_on) < least(DATE :'after', DATE :'as_of' + 1)),
left_stages AS (
    SELECT owner AS person, date_trunc('month', left_on)::date AS month, sum(days) AS stage_days,
        count(*) AS stages_left
    FROM stays JOIN owners ON owners.deal = stays.deal AND left_on >= starts_on AND left_on < ends_on
    GROUP BY 1, 2),
entries AS (
    SELECT deal, s.id AS stage, min(starts_on) AS entered_on,
        min(starts_on) FILTER (WHERE v.position > s.position) AS advanced_on
    FROM visits v JOIN stages s ON s.pipeline = v.pipeline AND s.kind = 'open' AND s.position <= v.position
    WHERE v.kind <> 'lost' GROUP BY 1, 2
    HAVING min(starts_on) >= DATE :'first' AND min(starts_on) < least(DATE :'after', DATE :'as_of' + 1)),
entered AS (
    SELECT owner AS person, date_trunc('month', entered_on)::date AS month, count(*) AS entered,
        count(*) FILTER (WHERE advanced_on <= DATE :'as_of') AS advanced
    FROM entries JOIN owners ON owners.deal = entries.deal AND entered_on >= starts_on AND entered_on < ends_on
    GROUP BY 1, 2),
-- A quarter's quota by days; 6 decimals, as every computed amount has (R-CUR).
goals AS (
    SELECT person, m.starts_on AS month,
        sum(round(amount * rate * (least(q.ends_on, m.ends_on) - greatest(q.starts_on, m.starts_on))
            / (q.ends_on - q.starts_on), 6)) AS quota
    FROM months m
    JOIN quotas q ON q.starts_on < m.ends_on AND q.ends_on > m.starts_on
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = q.currency
        AND q.starts_on >= r.starts_on AND q.starts_on < r.ends_on
    GROUP BY 1, 2)
SELECT person, month, revenue::float8, won::float8, closed::float8, cycle_days::float8, cycles::float8,
    close_days::float8, closes::float8, opened::float8, opened_won::float8, pipeline::float8, weighted::float8,
    stage_days::float8, stages_left::float8, entered::float8, advanced::float8, quota::float8
FROM ended
FULL JOIN begun USING (person, month)
FULL JOIN standing USING (person, month)
FULL JOIN left_stages USING (person, month)
FULL JOIN entered USING (person, month)
FULL JOIN goals USING (person, month);
