-- account_expansion_rate: of the accounts active at the period's start, the revenue of the types up-sell and cross-sell
-- in the period / their revenue of any type in the same period a year earlier, for a running period of the same number
-- of days from its start (R-PART). B5; active (R-NEWCUST): a won deal closed in the 365 days before the period. Both at
-- the plan rate of their own closing days (R-CUR); R-ATTR activity, expansion and base are of the parts credited to the
-- entity; an account that buys no more stays in the base (B10); no base gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q3', '2026-Q1', '2026-Q2', '2026-Q3',
        '2026-Q4', '2026-03', '2026-04', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2026', DATE '2026-06-30'), ('2026-Q1', DATE '2026-02-28'), ('2026-Q3', DATE '2026-08-15')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2026', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P19', 'P20']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'account', e, '2026', now_day(), 0 FROM unnest(['A013', 'A017', 'A030', 'A078']) AS e(e)),
active AS (
    SELECT DISTINCT w.*, account
    FROM wanted w
    JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) - 365 AND closed_on < period_start(period)),
parts AS (
    SELECT a.*, part, closed_on >= period_start(period) AS now, type IN ('up_sell', 'cross_sell') AS more
    FROM active a
    JOIN bought b ON b.late = a.late AND b."by" = a."by" AND b.entity = a.entity AND b.account = a.account
        AND (closed_on >= period_start(period) AND closed_on < until(period, as_of)
            OR closed_on >= earlier_start(period, 12) AND closed_on < earlier_until(period, as_of, 12))
    JOIN deals ON deals.id = b.deal),
sums AS (
    SELECT w.*, coalesce(sum(part) FILTER (now AND more), 0) AS expanded,
        coalesce(sum(part) FILTER (NOT now), 0) AS based
    FROM wanted w LEFT JOIN parts USING ("by", entity, period, as_of, late) GROUP BY ALL)
SELECT 'account_expansion_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(expanded, based) AS value, expanded AS numerator, based AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
