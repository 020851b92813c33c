-- customer_churn_rate: accounts active at the start of the period and no longer at its end / accounts active at the
-- start; 1 - customer_retention_rate. B5; active at t (R-NEWCUST, basis bookings): a won deal closed in [t - 365 days,
-- t). The end of the running period is the day after as_of. Active at the start under a person, team, manager or
-- segment: by the parts credited there (R-ATTR); active at the end: with anybody in the company. Nobody active at the
-- start gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-09', '2026-02', '2026-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-Q4', DATE '2025-12-31'), ('2026', DATE '2026-06-30'), ('2026-Q2', DATE '2026-05-15'),
        ('2026-06', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2026', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2026', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0 FROM unnest(['P03', 'P05']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)),
purchases AS (SELECT "by", entity, account, closed_on FROM bought WHERE late = 0),
started AS (
    SELECT DISTINCT w.*, account, until(period, as_of) AS ending
    FROM wanted w
    JOIN purchases p ON p."by" = w."by" AND p.entity = w.entity
        AND closed_on >= period_start(period) - 365 AND closed_on < period_start(period)),
kept AS (
    SELECT started.*, EXISTS (FROM purchases p
        WHERE p."by" = 'company' AND p.account = started.account
            AND p.closed_on >= ending - 365 AND p.closed_on < ending) AS stayed
    FROM started),
sums AS (
    SELECT w.*, count(account) FILTER (NOT stayed) AS lost, count(account) AS started
    FROM wanted w LEFT JOIN kept USING ("by", entity, period, as_of, late) GROUP BY ALL)
SELECT 'customer_churn_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(lost, started) AS value, lost AS numerator, started AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
