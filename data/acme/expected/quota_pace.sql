-- quota_pace: revenue of the period to date / (quota x elapsed share): of each quota, amount x its days that fall in
-- the period and up to as_of inclusive / all its days. B10a, R-PART. R-AGG sums, not a mean of people; R-ATTR revenue
-- by the place on the closing day, a quota by the place on its first day, as quota_attainment; no quota gives null
-- (R-ZERO). The denominator is a computed amount, so it has 6 decimals before it divides (R-CUR). The quotas' lengths
-- of 30, 46, 76, 90, 91 and 92 days all divide 7158060, so the sum is exact before it is rounded once.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2025-Q4', '2026-Q1', '2026-Q2',
        '2026-Q3', '2026-Q4', '2025-09', '2026-10', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-11-20'), ('2026', DATE '2026-06-30'),
        ('2026-Q2', DATE '2026-05-15')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'team', 'T-SDR', '2026-Q4', now_day(), 0
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2026', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, a, 0
    FROM (VALUES ('P20', '2025-Q2', DATE '2025-05-15'), ('P22', '2025-Q3', DATE '2025-09-10'),
        ('P18', '2025-Q4', DATE '2025-12-31')) AS t(e, p, a)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P03', 'P05']) AS e(e), unnest(['2026', '2026-Q4']) AS t(p)),
goals AS (
    SELECT 'company' AS "by", '' AS entity, starts_on, ends_on, amount FROM quotas
    UNION ALL
    SELECT "by", entity, quotas.starts_on, quotas.ends_on, amount
    FROM quotas JOIN belongs ON belongs.person = quotas.person
        AND quotas.starts_on >= belongs.starts_on AND quotas.starts_on < belongs.ends_on),
goal AS (
    SELECT w.*, coalesce(sum(amount
        * (least(ends_on, until(period, as_of)) - greatest(starts_on, period_start(period)))::DECIMAL(4, 0)
        * (7158060 // (ends_on - starts_on))::DECIMAL(7, 0)), 0) AS parts
    FROM wanted w
    LEFT JOIN goals g ON g."by" = w."by" AND g.entity = w.entity
        AND starts_on < until(period, as_of) AND ends_on > period_start(period)
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(part), 0) AS revenue
    FROM goal w
    LEFT JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'quota_pace' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(revenue, quotient(parts, 7158060)) AS value, revenue AS numerator,
    quotient(parts, 7158060) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
