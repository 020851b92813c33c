-- quota_attainment: revenue credited in the period / quotas that start in the period. The whole period's quota, even
-- while it runs (R-PART). B1; R-AGG sums, not a mean of people; R-ATTR revenue by the place on the closing day, a quota
-- by the place on its first day; no quota gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-JP', 'T-TYO', 'T-OSA', 'T-INT', 'T-KEY', 'T-SDR']) AS e(e),
        unnest(['2025', '2026', '2025-Q2', '2025-Q3', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'rep', id, p, now_day(), 0
    FROM people, unnest(['2025', '2026']) AS t(p) WHERE role IN ('ae', 'kam', 'am', 'esd')
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P04', 'P09', 'P13', 'P20', 'P29']) AS e(e), unnest(['2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', 'P09', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P03', 'P04', 'P05', 'P08']) AS e(e), unnest(['2025', '2026', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'territory', e, p, now_day(), 0
    FROM unnest(['Y-BKK2', 'Y-BKK3', 'Y-TYO4']) AS e(e), unnest(['2025', '2026-Q1', '2026-Q2']) AS t(p)),
goals AS (
    SELECT 'company' AS "by", '' AS entity, starts_on, amount FROM quotas
    UNION ALL
    SELECT "by", entity, quotas.starts_on, amount
    FROM quotas JOIN belongs ON belongs.person = quotas.person
        AND quotas.starts_on >= belongs.starts_on AND quotas.starts_on < belongs.ends_on),
goal AS (
    SELECT w.*, coalesce(sum(amount), 0) AS quota
    FROM wanted w
    LEFT JOIN goals g ON g."by" = w."by" AND g.entity = w.entity
        AND starts_on >= period_start(period) AND starts_on < period_end(period)
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(baht * share), 0) AS revenue
    FROM goal w
    LEFT JOIN (SELECT * FROM slices JOIN worth USING (deal) WHERE outcome = 'won') s
        ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'quota_attainment' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(revenue, quota) AS value, revenue AS numerator, quota AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
