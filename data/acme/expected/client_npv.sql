-- client_npv: sum of amount / 1.08^year of the cash flows stated in the period, each rounded to 6 decimals before the
-- sum. B5; Acme's discount rate is 0.08; year 0 is not discounted. What is stated again counts in its own period,
-- beside what was stated before. All flows are in baht. Exact: 1.08 is 27 / 25.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2026-Q1', '2025-01',
        '2026-01']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-01-15'), ('2025', DATE '2025-12-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT DISTINCT 'account', account, year(stated_on)::VARCHAR, now_day(), 0 FROM cash_flows
    UNION ALL
    SELECT DISTINCT 'account', account, '2026-Q1', now_day(), 0 FROM cash_flows WHERE stated_on >= DATE '2026-01-01'),
discounted AS (
    SELECT account, stated_on,
        quotient(amount * (25 ** year)::DECIMAL(9, 0), (27 ** year)::DECIMAL(9, 0)) AS present
    FROM cash_flows)
SELECT 'client_npv' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    coalesce(sum(present), 0) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN discounted d ON (w."by" = 'company' OR d.account = w.entity)
    AND stated_on >= period_start(period) AND stated_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
