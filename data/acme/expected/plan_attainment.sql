-- plan_attainment: revenue credited in the period / personal sales plans: of each plan, amount x its days in the period
-- / all its days, of the whole period even while it runs (R-PART). B1, as quota_attainment against the personal plan
-- (003-2.1): sums, not a mean of people (R-AGG); R-ATTR revenue by the place on the closing day, a plan by the place on
-- its first day; no plan gives null (R-ZERO). The denominator has 6 decimals before it divides (R-CUR); the lengths of
-- 90, 91, 92 and 365 days all divide 27502020.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P23', 'P24', 'P25', 'P26', 'P27', 'P09', 'P16', 'P13']) AS e(e), unnest(['2025', '2026', '2025-Q3',
        '2026-Q2', '2026-05']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, DATE '2026-05-20', 0
    FROM unnest(['P23', 'P26']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-KEY', 'T-BKK', 'T-TYO', 'T-OSA']) AS e(e), unnest(['2025', '2026', '2025-Q4']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P06']) AS e(e), unnest(['2025', '2026']) AS t(p)),
goals AS (
    SELECT 'company' AS "by", '' AS entity, starts_on, ends_on, amount FROM plan_quotas
    UNION ALL
    SELECT "by", entity, q.starts_on, q.ends_on, amount
    FROM plan_quotas q JOIN belongs ON belongs.person = q.person
        AND q.starts_on >= belongs.starts_on AND q.starts_on < belongs.ends_on),
goal AS (
    SELECT w.*, coalesce(sum(amount
        * (least(ends_on, period_end(period)) - greatest(starts_on, period_start(period)))::DECIMAL(4, 0)
        * (27502020 // (ends_on - starts_on))::DECIMAL(8, 0)), 0) AS parts
    FROM wanted w
    LEFT JOIN goals g ON g."by" = w."by" AND g.entity = w.entity
        AND starts_on < period_end(period) AND ends_on > period_start(period)
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(part), 0) AS n
    FROM goal w
    LEFT JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'plan_attainment' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, quotient(parts, 27502020)) AS value, n AS numerator, quotient(parts, 27502020) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
