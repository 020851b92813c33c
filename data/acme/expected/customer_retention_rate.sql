-- customer_retention_rate: accounts active at the start and at the end of the period / accounts active at the start.
-- B5; active at t (R-NEWCUST, basis bookings): a won deal closed in [t - 365 days, t). The end of the running period is
-- the day after as_of. Nobody active at the start gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2026', '2026-Q3']) AS t(p)),
purchases AS (
    SELECT account, segment, closed_on
    FROM closed JOIN deals ON deals.id = deal JOIN accounts ON accounts.id = account WHERE outcome = 'won'),
started AS (
    SELECT DISTINCT w.*, account, until(period, as_of) AS ending
    FROM wanted w
    JOIN purchases ON (w."by" = 'company' OR segment = w.entity)
        AND closed_on >= period_start(period) - 365 AND closed_on < period_start(period)),
kept AS (
    SELECT started.*, EXISTS (FROM purchases p
        WHERE p.account = started.account AND p.closed_on >= ending - 365 AND p.closed_on < ending) AS stayed
    FROM started),
sums AS (
    SELECT w.*, count(account) FILTER (stayed) AS stayed, count(account) AS started
    FROM wanted w LEFT JOIN kept USING ("by", entity, period, as_of, late) GROUP BY ALL)
SELECT 'customer_retention_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(stayed, started) AS value, stayed AS numerator, started AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
