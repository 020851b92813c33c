-- on_time_delivery_rate: order lines delivered by the promised day / order lines due, both on the promised day. B10a;
-- R-CANCEL neither cancelled orders or lines nor those of a refund; a line is delivered when its order is, on the promised
-- day still in time, and one that never was is due; R-ATTR by the place of the order's owner on that day.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2025-08', '2026-03', '2026-10', '2026-12']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P10', 'P12', 'P16', 'P19', 'P23', 'P24', 'P29']) AS e(e), unnest(['2025', '2026',
        '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-ALL', 'T-TH', 'T-BKK', 'T-UPC', 'T-JP', 'T-INT', 'T-KEY']) AS e(e), unnest(['2025', '2026',
        '2025-Q4', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P03', 'P04', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A011', 'A017', 'A055', 'A069']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'product', e, p, now_day(), 0
    FROM unnest(['PR01', 'PR05', 'PR09', 'PR12']) AS e(e), unnest(['2025', '2026']) AS t(p)),
facts AS (
    SELECT l.id, l.product, o.account, o.owner, required_on AS on_day,
        CASE WHEN shipped_on <= required_on THEN 1 ELSE 0 END AS kept
    FROM order_lines l JOIN orders o ON o.id = l."order"
    WHERE o.cancelled IS NULL AND l.cancelled IS NULL AND quantity > 0 AND required_on IS NOT NULL),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on
    UNION ALL
    SELECT f.*, 'account', account FROM facts f
    UNION ALL
    SELECT f.*, 'segment', segment FROM facts f JOIN accounts ON accounts.id = account
    UNION ALL
    SELECT f.*, 'product', product FROM facts f),
sums AS (
    SELECT w.*, coalesce(sum(kept), 0) AS n, count(id) AS d
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'on_time_delivery_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
