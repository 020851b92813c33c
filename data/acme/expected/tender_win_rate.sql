-- tender_win_rate: tenders won / tenders won or lost, decided in the period. B7; R-PER on the day of the decision; a
-- cancelled tender is not decided; none gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P23', 'P24', 'P25', 'P16']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-KEY']) AS e(e), unnest(['2025', '2026', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'territory', e, p, now_day(), 0
    FROM unnest(['Y-BKK1', 'Y-BKK2', 'Y-TYO4', 'Y-KEY1', 'Y-UPC1']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)),
facts AS (SELECT *, decided_on AS on_day FROM tenders WHERE result IN ('won', 'lost')),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on
    UNION ALL
    SELECT f.*, 'account', account FROM facts f
    UNION ALL
    SELECT f.*, 'segment', segment FROM facts f JOIN accounts ON accounts.id = account),
sums AS (
    SELECT w.*, count(id) FILTER (result = 'won') AS n, count(id) AS d
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'tender_win_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
