-- average_order_value: sum of net line amounts / orders with a line. Cancelled orders and lines are not there; a refund
-- is an order with negative lines: it lowers the sum and is an order. B2, R-CANCEL; owner's place on the order's day
-- (R-ATTR).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-09', '2026-10']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0 FROM unnest(['P09', 'P12', 'P16', 'P23']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'product', e, p, now_day(), 0 FROM unnest(['PR01', 'PR07']) AS e(e), unnest(['2025', '2026']) AS t(p))
SELECT 'average_order_value' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    quotient(coalesce(sum(net), 0), count(DISTINCT "order")) AS value,
    coalesce(sum(net), 0) AS numerator, count(DISTINCT "order") AS denominator
FROM wanted w
LEFT JOIN sold_slices s ON s."by" = w."by" AND s.entity = w.entity
    AND ordered_on >= period_start(period) AND ordered_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
