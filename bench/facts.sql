-- The same question over Clinch's own fact files ($opened and so on are their paths), rates from the raw records.
-- Nothing was corrected and no period is closed, so a fact counts when it was not withdrawn.
WITH months AS (
    SELECT starts_on, (starts_on + INTERVAL 1 MONTH)::DATE AS ends_on,
        least((starts_on + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE, $as_of) AS last_day
    FROM (SELECT unnest(range($first, $after, INTERVAL 1 MONTH))::DATE AS starts_on)),
rate_spans AS MATERIALIZED (
    -- A currency is its letters as one number.
    SELECT kind, (ord(currency[1]) << 16) + (ord(currency[2]) << 8) + ord(currency[3]) AS currency, rate, starts_on, ends_on
    FROM (
        SELECT kind, from_currency AS currency, rate, starts_on,
            coalesce(lead(starts_on) OVER (PARTITION BY kind, from_currency ORDER BY starts_on), DATE '9999-01-01') AS ends_on
        FROM rates WHERE to_currency = 'THB'
        UNION ALL
        SELECT kind, 'THB', 1.00, DATE '0001-01-01', DATE '9999-01-01' FROM (VALUES ('plan'), ('spot')) AS k(kind))),
ended AS (
    SELECT owner AS person, date_trunc('month', date)::DATE AS month, sum(amount * rate::DECIMAL(6, 2)) AS revenue,
        sum(won) AS won, sum(closed) AS closed, sum(cycle_days) AS cycle_days, sum(cycles) AS cycles,
        sum(close_days) AS close_days, sum(closes) AS closes
    FROM (SELECT * REPLACE (amount::DECIMAL(20, 6) AS amount) FROM read_parquet($closed_facts)) f
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = f.currency AND date >= starts_on AND date < ends_on
    WHERE known_to IS NULL AND date >= $first AND date < least($after, $as_of + 1) GROUP BY ALL),
begun AS (
    SELECT owner AS person, date_trunc('month', date)::DATE AS month, sum(deals) AS opened,
        sum(won) FILTER (until <= $as_of) AS opened_won
    FROM read_parquet($opened_facts)
    WHERE known_to IS NULL AND date >= $first AND date < least($after, $as_of + 1) GROUP BY ALL),
standing AS (
    SELECT owner AS person, m.starts_on AS month, sum(amount * rate::DECIMAL(6, 2)) AS pipeline,
        sum(weighted * rate::DECIMAL(6, 2)) AS weighted
    FROM months m
    JOIN (SELECT * REPLACE (amount::DECIMAL(20, 6) AS amount, weighted::DECIMAL(20, 6) AS weighted)
        FROM read_parquet($pipeline_facts) WHERE known_to IS NULL) f ON date <= last_day AND (until IS NULL OR until > last_day)
    JOIN rate_spans r ON r.kind = 'spot' AND r.currency = f.currency AND r.starts_on <= last_day AND r.ends_on > last_day
    GROUP BY ALL),
left_stages AS (
    SELECT owner AS person, date_trunc('month', date)::DATE AS month, sum(days) AS stage_days, sum(deals) AS stages_left
    FROM read_parquet($stage_left_facts)
    WHERE known_to IS NULL AND date >= $first AND date < least($after, $as_of + 1) GROUP BY ALL),
entered AS (
    SELECT owner AS person, date_trunc('month', date)::DATE AS month, sum(entered) AS entered,
        sum(advanced) FILTER (until <= $as_of) AS advanced
    FROM read_parquet($stage_entered_facts)
    WHERE known_to IS NULL AND date >= $first AND date < least($after, $as_of + 1) GROUP BY ALL),
goals AS (
    SELECT owner AS person, m.starts_on AS month,
        sum(round(amount::DOUBLE * rate * (least(until, m.ends_on) - greatest(date, m.starts_on)) / (until - date), 6)) AS quota
    FROM months m
    JOIN (FROM read_parquet($quota_facts) WHERE known_to IS NULL) q ON date < m.ends_on AND until > m.starts_on
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = q.currency AND date >= r.starts_on AND date < r.ends_on
    GROUP BY ALL),
parts AS (
    FROM ended
    UNION ALL BY NAME FROM begun
    UNION ALL BY NAME FROM standing
    UNION ALL BY NAME FROM left_stages
    UNION ALL BY NAME FROM entered
    UNION ALL BY NAME FROM goals)
SELECT person::VARCHAR AS person, month, sum(revenue)::DOUBLE AS revenue, sum(won)::DOUBLE AS won,
    sum(closed)::DOUBLE AS closed, sum(cycle_days)::DOUBLE AS cycle_days, sum(cycles)::DOUBLE AS cycles,
    sum(close_days)::DOUBLE AS close_days, sum(closes)::DOUBLE AS closes, sum(opened)::DOUBLE AS opened,
    sum(opened_won)::DOUBLE AS opened_won, sum(pipeline)::DOUBLE AS pipeline, sum(weighted)::DOUBLE AS weighted,
    sum(stage_days)::DOUBLE AS stage_days, sum(stages_left)::DOUBLE AS stages_left, sum(entered)::DOUBLE AS entered,
    sum(advanced)::DOUBLE AS advanced, sum(quota)::DOUBLE AS quota
FROM parts GROUP BY person, month;
