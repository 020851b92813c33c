-- deal_frequency: deals_won_count / months in the period. Whole periods only. B2, R-REOPEN, R-ATTR.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0
    FROM unnest(['2025', '2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3', '2026-03']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-INT', 'T-JP']) AS e(e), unnest(['2025', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0 FROM unnest(['P09', 'P12', 'P18']) AS e(e), unnest(['2025', '2026-Q2']) AS t(p)),
sums AS (
    SELECT w.*, coalesce(sum(share), 0) AS won
    FROM wanted w
    LEFT JOIN slices s ON outcome = 'won' AND s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'deal_frequency' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, months_in(period)) AS value, won AS numerator, months_in(period) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
