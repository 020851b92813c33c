-- cross_sell_success_rate: won / (won + lost), of the deals of the type cross_sell closed in the period. B5; R-REOPEN
-- the latest state on the last closing day; R-ATTR by shares where split; 0 closed gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-08', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-09-15'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2025', now_day(), 0 FROM unnest(['P03', 'P05', 'P08']) AS e(e)
    UNION ALL
    SELECT 'segment', e, '2026', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'source', e, '2026', now_day(), 0 FROM unnest(['website', 'referral', 'outbound']) AS e(e)
    UNION ALL
    SELECT 'account', e, '2025', now_day(), 0 FROM unnest(['A030', 'A078']) AS e(e)),
sums AS (
    SELECT w.*, coalesce(sum(share) FILTER (outcome = 'won'), 0) AS won, coalesce(sum(share), 0) AS ended
    FROM wanted w
    LEFT JOIN (FROM slices JOIN deals ON deals.id = deal WHERE type = 'cross_sell') s
        ON s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'cross_sell_success_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, ended) AS value, won AS numerator, ended AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
