-- win_rate_closed.by_amount: amount won / amount won and lost, of the deals closed in the period. B3 (amount-weighted);
-- R-REOPEN the latest state on the last closing day; R-CUR the latest amount at the plan rate of that day; R-ATTR the
-- parts credited to the entity; nothing closed gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2026-03', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-08-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2025', now_day(), 0 FROM unnest(['P03', 'P05']) AS e(e)
    UNION ALL
    SELECT 'segment', e, '2026', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'source', e, '2026', now_day(), 0 FROM unnest(['website', 'referral', 'outbound']) AS e(e)
    UNION ALL
    SELECT 'account', e, '2025', now_day(), 0 FROM unnest(['A030', 'A078']) AS e(e)),
sums AS (
    SELECT w.*, coalesce(sum(baht * share) FILTER (outcome = 'won'), 0) AS won, coalesce(sum(baht * share), 0) AS ended
    FROM wanted w
    LEFT JOIN (FROM slices JOIN worth USING (deal)) s ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'win_rate_closed.by_amount' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, ended) AS value, won AS numerator, ended AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
