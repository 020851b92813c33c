-- relationship_level: decision makers at level 3 or 4 / decision makers. B7, B10; S: as it stands on the period's last
-- day or as_of, whichever comes first; unknown (0) is a level; of the owner and their place on the day; nobody gives
-- null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2025-02', '2025-08', '2026-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P16', 'P23', 'P24', 'P25']) AS e(e), unnest(['2025-Q1', '2025-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-TYO', 'T-KEY']) AS e(e), unnest(['2025-Q2', '2025-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P06']) AS e(e), unnest(['2025-Q2', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'territory', e, p, now_day(), 0
    FROM unnest(['Y-BKK1', 'Y-BKK2', 'Y-TYO4', 'Y-KEY1', 'Y-UPC1']) AS e(e), unnest(['2025-Q2', '2025-Q3',
        '2026-Q4']) AS t(p)),
days AS (
    SELECT relationships.id, owner, s.level, greatest(s.starts_on, known_on) AS starts_on, s.ends_on
    FROM relationship_levels s JOIN relationships ON relationships.id = relationship),
headed AS (
    SELECT *, 'company' AS "by", '' AS entity FROM days
    UNION ALL
    SELECT days.id, owner, level, greatest(days.starts_on, b.starts_on), least(days.ends_on, b.ends_on), b."by", entity
    FROM days JOIN belongs b ON b.person = owner AND days.starts_on < b.ends_on AND b.starts_on < days.ends_on),
sums AS (
    SELECT w.*, count(id) FILTER (level >= 3) AS n, count(id) AS d
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND until(period, as_of) - 1 >= starts_on AND until(period, as_of) - 1 < ends_on
    GROUP BY ALL)
SELECT 'relationship_level' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
