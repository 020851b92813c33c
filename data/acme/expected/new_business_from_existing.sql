-- new_business_from_existing: deals opened in the period of the source existing_account or referral_by_customer / deals
-- opened in the period. B5. Acme has neither source (its "referral" does not say by whom), so every value is 0 or null
-- (R-ZERO). A deal belongs to the owner of the day it was opened.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q3', '2026-Q4', '2026-05']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0 FROM (VALUES ('2025', DATE '2025-09-15'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, '2026', now_day(), 0 FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e)
    UNION ALL
    SELECT 'rep', e, '2025', now_day(), 0 FROM unnest(['P09', 'P13', 'P20', 'P29']) AS e(e)),
sums AS (
    SELECT w.*, count(deal) FILTER (source IN ('existing_account', 'referral_by_customer')) AS existing,
        count(deal) AS opened
    FROM wanted w
    LEFT JOIN (SELECT s.*, source FROM opened_slices s JOIN deals ON deals.id = deal) s
        ON s."by" = w."by" AND s.entity = w.entity
        AND opened_on >= period_start(period) AND opened_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'new_business_from_existing' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(existing, opened) AS value, existing AS numerator, opened AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
