-- skill_assessment_score: sum of weight x latest score / sum of the weights, over the skills of each person assessed in
-- the period. B8; P(latest): a later assessment of the same skill in the period, up to as_of, takes the place of the
-- earlier one; R-AGG over people. Each round weighs 1 in all. None gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q3', '2026-Q1', '2026-Q3',
        '2025-Q2']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-06-30'), ('2025', DATE '2025-12-31'), ('2026', DATE '2026-06-30'), ('2025-Q3',
        DATE '2025-08-15')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P10', 'P13', 'P16', 'P23', 'P29', 'P20']) AS e(e), unnest(['2025', '2026', '2025-Q3',
        '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-KEY', 'T-SDR', 'T-UPC']) AS e(e), unnest(['2025', '2026',
        '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P05', 'P28']) AS e(e), unnest(['2025', '2026']) AS t(p)),
facts AS (SELECT *, person AS owner, assessed_on AS on_day FROM assessments),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on),
latest AS (
    SELECT w.*, score, weight
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    QUALIFY person IS NULL OR row_number() OVER (PARTITION BY w."by", w.entity, period, as_of, late, person, skill
        ORDER BY on_day DESC) = 1),
sums AS (
    SELECT "by", entity, period, as_of, late, coalesce(sum(score * weight), 0) AS n, coalesce(sum(weight), 0) AS d
    FROM latest GROUP BY ALL)
SELECT 'skill_assessment_score' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
