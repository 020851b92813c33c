-- order_assortment_breadth: different products per order = pairs of order and product / orders. The same product on two
-- lines of an order is one pair. B2, R-AGG, R-CANCEL.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2',
        '2026-Q3', '2026-05']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0 FROM unnest(['P09', 'P12', 'P23']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0 FROM unnest(['A013', 'A055']) AS e(e), unnest(['2025', '2026']) AS t(p))
SELECT 'order_assortment_breadth' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    quotient(count(DISTINCT ("order", product)) FILTER ("order" IS NOT NULL), count(DISTINCT "order")) AS value,
    count(DISTINCT ("order", product)) FILTER ("order" IS NOT NULL) AS numerator, count(DISTINCT "order") AS denominator
FROM wanted w
LEFT JOIN sold_slices s ON s."by" = w."by" AND s.entity = w.entity
    AND ordered_on >= period_start(period) AND ordered_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
