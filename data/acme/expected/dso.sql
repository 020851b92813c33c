-- dso: what is owed when the period's last day ended, or as_of if that is earlier / what was posted in the period x its
-- days, for a running period those that have elapsed. B9; R-CUR what is owed at the spot rate of that day, what was
-- posted at the plan rate of its day; nothing posted gives null.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2025-02', '2025-06', '2025-09', '2025-12', '2026-03',
        '2026-07', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-Q4', DATE '2025-11-12'), ('2025-12', DATE '2025-12-31'), ('2026-Q2', DATE '2026-05-18'),
        ('2026-08', DATE '2026-08-13')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P14', 'P18', 'P19', 'P23']) AS e(e), unnest(['2025-Q1', '2025-Q4', '2026-Q2',
        '2026-09']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-KEY', 'T-OSA', 'T-SDR']) AS e(e), unnest(['2025-Q2', '2025-Q4', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A012', 'A063', 'A071', 'A078']) AS e(e), unnest(['2025', '2026', '2025-Q3', '2026-Q2']) AS t(p)),
ending AS (
    SELECT w.*, coalesce(sum(baht), 0) AS owing,
        coalesce(sum(baht) FILTER (overdue_on <= until(period, as_of) - 1), 0) AS overdue
    FROM wanted w
    LEFT JOIN owed_baht o ON o."by" = w."by" AND o.entity = w.entity
        AND until(period, as_of) - 1 >= starts_on AND until(period, as_of) - 1 < ends_on
    GROUP BY ALL),
flows AS (
    SELECT w.*, coalesce(sum(baht), 0) AS posted
    FROM wanted w
    LEFT JOIN posted p ON p."by" = w."by" AND p.entity = w.entity
        AND posted_on >= period_start(period) AND posted_on < until(period, as_of)
    GROUP BY ALL),
sums AS (
    SELECT *, (until(period, as_of) - period_start(period))::DECIMAL(4, 0) AS days
    FROM ending JOIN flows USING ("by", entity, period, as_of, late))
SELECT 'dso' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(owing * days, posted) AS value, owing AS numerator, posted AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
