-- concentration_80: the smallest number of customers, largest first, whose revenue reaches at least 80 % of that of all
-- customers with revenue above 0 in the period / number of those customers. B5, B10; R-CUR plan rate of the closing
-- day; R-ATTR the parts credited to the entity; no such customer gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-05', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-08-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20', 'P29']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)),
customers AS (
    SELECT w.*, account, sum(part) AS amount
    FROM wanted w
    JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL
    HAVING sum(part) > 0),
-- A customer is among the fewest while those before it do not reach 80 % yet.
ranked AS (
    SELECT *, sum(amount) OVER (PARTITION BY "by", entity, period, as_of, late) AS total,
        sum(amount) OVER (PARTITION BY "by", entity, period, as_of, late
            ORDER BY amount DESC, account ROWS UNBOUNDED PRECEDING) - amount AS larger
    FROM customers),
sums AS (
    SELECT w.*, count(account) FILTER (larger * 10 < total * 8) AS fewest, count(account) AS buyers
    FROM wanted w LEFT JOIN ranked USING ("by", entity, period, as_of, late) GROUP BY ALL)
SELECT 'concentration_80' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(fewest, buyers) AS value, fewest AS numerator, buyers AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
