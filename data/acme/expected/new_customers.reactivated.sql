-- new_customers.reactivated: accounts with a won deal closed in the period more than 24 calendar months after the
-- account's won deal before it. R-NEWCUST on the basis bookings; the purchases are the company's. Acme's first won deal
-- is of 2025, so every value is 0.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0
    FROM unnest(['2025', '2026', '2025-Q4', '2026-Q3', '2026-Q4', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0 FROM (VALUES ('2025', DATE '2025-12-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, '2026', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'account', e, '2026', now_day(), 0 FROM unnest(['A030', 'A078']) AS e(e)),
purchases AS (
    SELECT account, closed_on, lag(closed_on) OVER (PARTITION BY account ORDER BY closed_on) AS before_on
    FROM bought WHERE late = 0 AND "by" = 'account' GROUP BY account, closed_on),
again AS (SELECT account, closed_on FROM purchases WHERE closed_on > before_on + INTERVAL 24 MONTH),
headed AS (
    SELECT *, 'company' AS "by", '' AS entity FROM again
    UNION ALL
    SELECT again.*, 'segment', segment FROM again JOIN accounts ON accounts.id = account
    UNION ALL
    SELECT *, 'account', account FROM again)
SELECT 'new_customers.reactivated' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    count(DISTINCT account) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
