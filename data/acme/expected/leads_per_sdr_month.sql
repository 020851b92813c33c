-- leads_per_sdr_month: leads created in the period that sales development representatives handle, so those they own /
-- their FTE-months. B4; leads of account executives are not handled by an SDR and count nowhere here; nobody of that
-- role gives null (R-ZERO). A person's months are days employed (in the team) / days of the month, up to as_of; they
-- have 6 decimals before they divide (R-CUR). All lengths of months divide 13020. The same person and company within 90
-- days is one lead (B4); a lead is its owner's (R-ATTR).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-03', '2026-02', '2026-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P29', 'P31', 'P09']) AS e(e), unnest(['2025', '2026', '2026-02', '2026-05']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P34']) AS e(e), unnest(['2026-02', '2026-05', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-SDR', 'T-ALL', 'T-BKK']) AS e(e), unnest(['2025', '2026', '2026-02']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P28', 'P02']) AS e(e), unnest(['2025', '2026-Q2']) AS t(p)),
facts AS (
    SELECT leads.id, owner, created_on AS on_day FROM leads JOIN people ON people.id = owner WHERE role = 'sdr'),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on),
days AS (SELECT * FROM employed_days WHERE role IN ('sdr')),
headed_days AS (
    SELECT person, day, 'company' AS "by", '' AS entity FROM days
    UNION ALL
    SELECT days.person, day, "by", entity
    FROM days JOIN belongs ON belongs.person = days.person AND day >= starts_on AND day < ends_on),
fte AS (
    SELECT w.*, coalesce(sum(13020 // day(last_day(day))), 0) AS parts
    FROM wanted w
    LEFT JOIN headed_days h ON h."by" = w."by" AND h.entity = w.entity
        AND day >= period_start(period) AND day < until(period, as_of)
    GROUP BY ALL),
sums AS (
    SELECT w.*, count(id) AS n
    FROM fte w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'leads_per_sdr_month' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, quotient(parts, 13020)) AS value, n AS numerator, quotient(parts, 13020) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
