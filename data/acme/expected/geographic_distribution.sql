-- geographic_distribution: evenness = - sum of p ln p / ln k. p = share of a region among the accounts touched in the
-- period; touched = an activity with the outcome connected, held or replied; k = regions that have an account at all.
-- B7; k = 1, or nobody touched, gives null (R-ZERO). Logarithms are floating point, rounded to 6 decimals.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0
    FROM unnest(['2025', '2026', '2025-Q1', '2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P16', 'P18', 'P24', 'P29', 'P34']) AS e(e), unnest(['2025', '2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-INT', 'T-SDR']) AS e(e), unnest(['2025-Q4', '2026-Q1']) AS t(p)),
touched AS (
    SELECT person, account, region, occurred_on
    FROM activities JOIN accounts ON accounts.id = account WHERE outcome IN ('connected', 'held', 'replied')),
headed AS (
    SELECT account, region, occurred_on, 'company' AS "by", '' AS entity FROM touched
    UNION ALL
    SELECT account, region, occurred_on, "by", entity
    FROM touched JOIN belongs ON belongs.person = touched.person
        AND occurred_on >= starts_on AND occurred_on < ends_on),
regions AS (
    SELECT w.*, region, count(DISTINCT account) AS n
    FROM wanted w
    JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND occurred_on >= period_start(period) AND occurred_on < until(period, as_of)
    GROUP BY ALL),
shares AS (
    SELECT *, n / sum(n) OVER (PARTITION BY "by", entity, period, as_of, late) AS p FROM regions),
k AS (SELECT ln(count(DISTINCT region)) AS most FROM accounts),
sums AS (
    SELECT w.*, most, sum(-p * ln(p)) AS entropy
    FROM wanted w LEFT JOIN shares USING ("by", entity, period, as_of, late), k GROUP BY ALL)
SELECT 'geographic_distribution' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    CASE WHEN most > 0 THEN abs(round(entropy / most, 6)) END AS value, abs(round(entropy, 6)) AS numerator,
    round(most, 6) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
