-- account_growth.nrr, net revenue retention: revenue of the accounts with a base above 0 / sum of their bases. Base =
-- the account's revenue of the same period a year earlier, for a running period of the same number of days from its
-- start (R-PART). B5: 1 + account_growth; both at the plan rate of their own closing days (R-CUR); R-ATTR the parts
-- credited to the entity; no base gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4',
        '2026-03', '2026-04', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2026', DATE '2026-06-30'), ('2026-Q1', DATE '2026-02-28'),
        ('2026-Q3', DATE '2026-08-15')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2026', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'account', e, '2026', now_day(), 0 FROM unnest(['A013', 'A017', 'A030', 'A078']) AS e(e)),
cohort AS (
    SELECT w.*, account, coalesce(sum(part) FILTER (closed_on >= period_start(period)), 0) AS amount,
        coalesce(sum(part) FILTER (closed_on < period_start(period)), 0) AS base
    FROM wanted w
    JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND (closed_on >= period_start(period) AND closed_on < until(period, as_of)
            OR closed_on >= earlier_start(period, 12) AND closed_on < earlier_until(period, as_of, 12))
    GROUP BY ALL
    HAVING coalesce(sum(part) FILTER (closed_on < period_start(period)), 0) > 0),
sums AS (
    SELECT w.*, coalesce(sum(c.amount), 0) AS kept, coalesce(sum(c.base), 0) AS based
    FROM wanted w LEFT JOIN cohort c USING ("by", entity, period, as_of, late) GROUP BY ALL)
SELECT 'account_growth.nrr' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(kept, based) AS value, kept AS numerator, based AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
