// Acme, a company with pipelines, quotas and teams that change: known answers, three languages, widths and themes.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  csv,
  get,
  grouped,
  hundredths,
  millionths,
  opened,
  sample,
  sum,
  toHundredths,
  withPage,
  words,
} from "./helpers.js";

const text = (key, values) => words("en", key, values);

/** What the SQL beside the sample says, apart from the product: the year 2025, which no test changes. */
const isOf2025 = (row) => row.period === "2025" && row.late === "0" && row.as_of === "2026-11-20";
const answers = sample("acme", "expected/values").filter(isOf2025);
const known = (kpi, by = "company", entity = "") =>
  answers.find((row) => row.kpi === kpi && row.by === by && row.entity === entity);
const asMoney = (value) => grouped(toHundredths(millionths(value)));

const in2025 = (kpi, by = "company", entity = "", end = "") =>
  `/kpi/${kpi}${end}?${new URLSearchParams({ by, entity, from: "2025-01-01", to: "2026-01-01" })}`;

const GROUPS = {
  revenue: [
    "revenue",
    "revenue_growth",
    "quota_attainment",
    "revenue_per_rep",
    "quota_pace",
    "revenue_per_customer",
    "plan_attainment",
    "sales_generated_revenue_share",
    "sales_roi",
  ],
  deals: [
    "deals_won_count",
    "deal_frequency",
    "avg_deal_size",
    "average_order_value",
    "order_assortment_breadth",
    "discount_rate",
    "referral_rate",
    "return_rate",
    "on_time_delivery_rate",
  ],
  pipeline: [
    "win_rate_closed",
    "win_rate_created",
    "opportunity_conversion_rate",
    "pipeline_value",
    "pipeline_weighted",
    "sales_cycle_length",
    "time_to_close",
    "stage_duration",
    "stage_conversion_rate",
    "pipeline_growth",
    "closed_value_velocity",
    "qualified_leads",
    "prospect_to_qualified_rate",
    "lead_to_opportunity_rate",
    "lead_to_opportunity_days",
    "pipeline_velocity",
    "sales_cycle_efficiency",
    "pipeline_coverage",
    "slippage_rate",
    "forecast_accuracy",
    "forecast_bias",
  ],
  customers: [
    "new_customers",
    "customer_retention_rate",
    "repeat_business_rate",
    "upsell_success_rate",
    "cross_sell_success_rate",
    "new_business_from_existing",
    "active_customers",
    "customer_churn_rate",
    "revenue_churn",
    "account_growth",
    "concentration_80",
    "market_share",
    "account_expansion_rate",
    "key_account_share",
    "client_npv",
  ],
  coverage: [
    "geographic_distribution",
    "accounts_touched",
    "visit_plan_adherence",
    "tender_win_rate",
    "relationship_level",
    "activity_volume",
    "territory_coverage",
  ],
  leads: [
    "aes_per_sdr",
    "lead_volume",
    "lead_response_time",
    "lead_quality_rate",
    "leads_per_sdr_month",
    "cost_per_lead",
    "customer_acquisition_cost",
    "meetings_set",
    "meeting_failure_rate",
  ],
  voice: ["csat", "nps", "issue_resolution_rate"],
  people: [
    "leader_feedback_frequency",
    "leader_feedback_quality",
    "training_completion_rate",
    "training_effectiveness",
    "skill_assessment_score",
    "content_engagement_rate",
    "report_timeliness",
  ],
  receivables: ["overdue_ratio", "dso", "collection_effectiveness_index"],
};

/** Computed from other numbers: their parts open, they have no rows of their own. */
const COMPUTED = ["pipeline_velocity", "pipeline_coverage", "territory_coverage", "collection_effectiveness_index", "forecast_accuracy", "forecast_bias"];

test("the scorecard groups its tiles, each with its name and a number that opens", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/scorecard");
    const main = page.getByRole("main");
    for (const [group, kpis] of Object.entries(GROUPS)) {
      const heading = page.getByRole("heading", { level: 2, name: text(`kpi-group-${group}`), exact: true });
      const section = main.locator("section").filter({ has: heading });
      const links = await section.getByRole("link").evaluateAll((all) => all.map((one) => new URL(one.href).pathname));
      assert.deepEqual(links, kpis.map((kpi) => `/kpi/${kpi}`), group);
      for (const kpi of kpis) await section.getByText(text(kpi), { exact: true }).waitFor();
    }
  }));

test("the company's revenue of 2025 opens into deals that add up to 55,702,900", () =>
  withPage("acme-hos", {}, async (page) => {
    assert.equal(asMoney(known("revenue").value), "55,702,900.00");
    await opened(page, in2025("revenue"), "55,702,900.00");
  }));

test("every number of 2025 opens into rows that add up to the known answer", async () => {
  // Evenness opens into the accounts it was taken over, a mean of people is rounded for each, and no row holds the months of a year.
  const isOfRows = (kpi, side) =>
    !["geographic_distribution", "aes_per_sdr"].includes(kpi) &&
    !(["deal_frequency", "closed_value_velocity"].includes(kpi) && side === "denominator");
  const opens = Object.values(GROUPS).flat().filter((kpi) => known(kpi) && !COMPUTED.includes(kpi));
  for (const kpi of opens) {
    const rows = csv((await get("acme-hos", in2025(kpi, "company", "", ".csv"))).text);
    for (const side of ["numerator", "denominator"].filter((side) => known(kpi)[side] !== "" && isOfRows(kpi, side))) {
      const added = sum(rows.map((row) => millionths(row[side])));
      assert.equal(toHundredths(added), toHundredths(millionths(known(kpi)[side])), `${kpi}'s ${side}`);
    }
  }
});

for (const kpi of COMPUTED) {
  test(`${kpi} opens into the numbers it is computed from, and each of these into its records`, () =>
    withPage("acme-hos", {}, async (page) => {
      await page.goto(`/kpi/${kpi}?by=company&from=2026-01-01&to=2027-01-01`);
      const main = page.getByRole("main");
      const panel = main.locator("section").filter({ has: page.getByRole("heading", { name: text("computed-from"), exact: true }) });
      await panel.waitFor();
      const parts = panel.locator(`tbody th a[href^="/kpi/"], tbody td:first-child a[href^="/kpi/"]`);
      const hrefs = await parts.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
      // Accuracy is what one number leaves of the whole.
      assert.ok(hrefs.length >= (kpi === "forecast_accuracy" ? 1 : 2), `${kpi} has ${hrefs.length} parts with a link`);
      let records = 0;
      for (const href of hrefs) {
        assert.match(href, /from=2026-01-01&to=2027-01-01/);
        await page.goto(href);
        records += await main.locator("table tbody tr").count();
      }
      assert.ok(records > 0, `no part of ${kpi} has records`);
    }));
}

test("a tile tells its target, and whether it is reached", () =>
  withPage("acme-hos", {}, async (page) => {
    await page.goto("/scorecard?year=2026");
    const tile = (kpi) => page.getByRole("main").locator(".kpi").filter({ has: page.locator(`a[href^="/kpi/${kpi}?"]`) });
    await tile("win_rate_closed").getByText(text("target-is", { target: "50.0%" })).waitFor();
    for (const kpi of ["revenue", "win_rate_closed", "sales_cycle_length"]) {
      assert.equal(await tile(kpi).locator("svg.tl title").count(), 1, kpi);
    }
    assert.equal(await tile("pipeline_value").locator("svg.tl").count(), 0);
  }));

for (const [by, entity, name] of [
  ["team", "T-BKK", "Bangkok"],
  ["team", "T-JP", "Japan"],
  ["manager", "P04", "อรอนงค์ แสงประเสริฐ"],
  ["rep", "P09", "ปวีณา จันทร์เพ็ง"],
]) {
  test(`revenue of 2025 by ${by} opens into what ${name} brought, and stands on that scorecard`, () =>
    withPage("acme-hos", {}, async (page) => {
      const value = asMoney(known("revenue", by, entity).value);
      const shown = await opened(page, in2025("revenue", by, entity), value);
      assert.ok(shown.includes(name));
      await page.getByRole("main").getByRole("link", { name: text("scorecard"), exact: true }).click();
      await page.waitForURL(/\/scorecard/);
      assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), text("scorecard-of", { name }));
      const tile = page.getByRole("main").locator('a[href^="/kpi/revenue?"][href*="from=2025-01-01&to=2026-01-01"]').first();
      const inMillions = (Number(value.replaceAll(",", "")) / 1_000_000).toFixed(2);
      assert.equal((await tile.innerText()).replace(/\s/g, ""), `THB${inMillions}M`);
    }));
}

test("quota attainment opens into deals and quotas, sales above and targets below", () =>
  withPage("acme-hos", {}, async (page) => {
    const { numerator, denominator } = known("quota_attainment");
    await page.goto(in2025("quota_attainment"));
    for (const [path, name, total] of [
      ["/deals/", "rows-behind", numerator],
      ["/quotas/", "records-quota", denominator],
    ]) {
      const table = page.getByRole("table", { name: text(name), exact: true });
      const rows = table.getByRole("row").filter({ has: page.locator(`a[href^="${path}"]`) });
      const cells = await rows.evaluateAll((rows) => rows.map((row) => row.querySelector("td.num").innerText));
      assert.ok(cells.length > 50, `there are ${path}`);
      assert.equal(grouped(sum(cells.flatMap(hundredths))), asMoney(total), path);
    }
  }));

test("the late correction is an import of its own, told to who runs the product", async () => {
  const imports = csv((await get("acme-admin", "/imports.csv")).text);
  assert.deepEqual(imports.map((one) => one.status), ["done", "done"]);
  assert.ok(imports.some((one) => one.rows_read === String(sample("acme", "late/amount_history").length)));
  assert.equal(csv((await get("acme-ae", "/imports.csv")).text).length, 0);
});

for (const [lang, year, foreign] of [
  ["en", /\b2026\b/, /\b25(68|69)\b/],
  ["th", /\b2569\b/, /\b20(25|26)\b/],
  ["ja", /2026年/, /\b25(68|69)\b/],
]) {
  test(`years on Acme's pages are those of the language: ${lang}`, () =>
    withPage("acme-hos", { lang }, async (page) => {
      for (const path of ["/scorecard", "/deals", "/quotas", "/activities"]) {
        await page.goto(path);
        assert.equal(await page.locator("html").getAttribute("lang"), lang);
        // The names of deals say a month of the common era in every language.
        const shown = (await page.getByRole("main").innerText()).replaceAll(/\b\d{4}-\d{2}\b/g, "");
        assert.match(shown, year, path);
        assert.ok(!foreign.test(shown), `${path} has no other era's year`);
      }
    }));
}
