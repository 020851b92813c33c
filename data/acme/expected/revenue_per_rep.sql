-- revenue_per_rep: revenue / average FTE of the quota-carrying people (ae, kam, am, esd). Whole periods only. B1: a
-- person's FTE of a month = days employed (in the team) / days of the month; the average is over the period's months.
-- The days are counted one by one; the denominator is a computed amount, so it has 6 decimals before it divides (R-CUR).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'company', '', '2026-Q2', now_day(), 1
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-JP', 'T-TYO', 'T-OSA', 'T-INT', 'T-KEY', 'T-SDR']) AS e(e),
        unnest(['2025', '2025-Q2', '2025-Q4', '2026-Q1']) AS t(p)),
calendar AS (SELECT unnest(generate_series(DATE '2025-01-01', DATE '2026-12-31', INTERVAL 1 DAY))::DATE AS day),
days AS (
    SELECT posts.person, posts.team, day
    FROM posts JOIN people ON people.id = posts.person JOIN calendar ON day >= posts.starts_on AND day < posts.ends_on
    WHERE role IN ('ae', 'kam', 'am', 'esd')),
headed AS (
    SELECT person, day, 'company' AS "by", '' AS entity FROM days
    UNION ALL
    SELECT person, day, 'team', above FROM days JOIN team_above USING (team)),
months AS (
    SELECT w.*, date_trunc('month', day) AS month, day(last_day(day)) AS length, count(*) AS days
    FROM wanted w
    JOIN headed h ON h."by" = w."by" AND h.entity = w.entity AND day >= period_start(period)
        AND day < period_end(period)
    GROUP BY ALL),
-- Days of months of 28, 30 and 31 days (2025 and 2026 have no leap day) over their common multiple 13020.
fte AS (
    SELECT w.*, coalesce(sum(days * (13020 // length)), 0) AS parts
    FROM wanted w LEFT JOIN months USING ("by", entity, period, as_of, late) GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(baht * share), 0) AS revenue
    FROM fte w
    LEFT JOIN (SELECT * FROM slices JOIN worth USING (deal) WHERE outcome = 'won') s
        ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'revenue_per_rep' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(revenue, quotient(parts, 13020 * months_in(period))) AS value,
    revenue AS numerator, quotient(parts, 13020 * months_in(period)) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
