-- win_rate_closed: won / (won + lost), of the deals closed in the period. B3; R-REOPEN the latest state on the last
-- closing day; R-ATTR by shares where split; 0 closed gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2026-03', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-OSA', 'T-INT', 'T-KEY']) AS e(e), unnest(['2025',
        '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P11', 'P12', 'P14', 'P16', 'P18', 'P22', 'P23']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'source', e, p, now_day(), 0
    FROM unnest(['website', 'referral', 'campaign', 'event', 'outbound', 'partner']) AS e(e), unnest(['2026']) AS t(p)),
sums AS (
    SELECT w.*, coalesce(sum(share) FILTER (outcome = 'won'), 0) AS won, coalesce(sum(share), 0) AS ended
    FROM wanted w
    LEFT JOIN slices s ON s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'win_rate_closed' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, ended) AS value, won AS numerator, ended AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
