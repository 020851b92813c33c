-- nps.n: respondents. B6; R-SURV the latest answer of each respondent in the period, an answer without a contact being
-- a respondent of its own; none is 0.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-04', '2025-11', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P13', 'P16', 'P23', 'P24', 'P02']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-TYO', 'T-JP', 'T-OSA', 'T-KEY', 'T-UPC', 'T-SDR']) AS e(e), unnest(['2025',
        '2026', '2025-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P06', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A001', 'A009', 'A055']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026', '2026-Q2']) AS t(p)),
facts AS (
    SELECT id, account, owner, answered_on AS on_day, score, coalesce(contact, id) AS respondent
    FROM survey_answers WHERE survey = 'nps'),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on
    UNION ALL
    SELECT f.*, 'account', account FROM facts f
    UNION ALL
    SELECT f.*, 'segment', segment FROM facts f JOIN accounts ON accounts.id = account),
latest AS (
    SELECT w.*, id, score
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    QUALIFY id IS NULL OR row_number() OVER (PARTITION BY w."by", w.entity, period, as_of, late, respondent
        ORDER BY on_day DESC, id DESC) = 1),
sums AS (SELECT "by", entity, period, as_of, late, 0 AS n, count(id) AS d FROM latest GROUP BY ALL)
SELECT 'nps.n' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    d AS value, d AS numerator, NULL AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
