// Enhancement only: every page is complete without it.
import "htmx.org";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startPopovers } from "./popovers.js";
import { startThemeSwitch } from "./theme-switch.js";
import { startToasts } from "./toasts.js";

startThemeSwitch();
startForms();
startKeys();
startPopovers();
startToasts();
startCharts(document);
document.addEventListener("htmx:after:swap", () => startCharts(document));

// The chart library is fetched only by a page that has a chart. The query keeps a version such as ?v=3.
async function startCharts(scope) {
  const panels = [...scope.querySelectorAll("[data-chart]:not([data-chart-ready])")];
  if (panels.length === 0) return;
  const url = new URL("chart.js", import.meta.url);
  url.search = new URL(import.meta.url).search;
  const { startChart } = await import(url.href);
  panels.forEach(startChart);
}
