-- new_customers: accounts whose first won deal ever was closed in the period. R-NEWCUST on the basis bookings; R-REOPEN
-- a reopened deal is no purchase, and one won again is a purchase on its last closing day. An account that bought
-- before is never new again, even after 24 months (that would be "reactivated").
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-07', '2026-03', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0 FROM unnest(['A030', 'A078']) AS e(e), unnest(['2025', '2026']) AS t(p)),
firsts AS (
    SELECT account, min(closed_on) AS first_on
    FROM closed JOIN deals ON deals.id = deal WHERE outcome = 'won' GROUP BY account),
headed AS (
    SELECT *, 'company' AS "by", '' AS entity FROM firsts
    UNION ALL
    SELECT firsts.*, 'segment', segment FROM firsts JOIN accounts ON accounts.id = account
    UNION ALL
    SELECT *, 'account', account FROM firsts)
SELECT 'new_customers' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    count(account) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
    AND first_on >= period_start(period) AND first_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
