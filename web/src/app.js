// Enhancement only: every page is complete without it.
import "htmx.org";
import { startAutosave } from "./autosave.js";
import { startCopying } from "./copy.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startPalette } from "./palette.js";
import { startPopovers } from "./popovers.js";
import { startThemeSwitch } from "./theme-switch.js";
import { startToasts } from "./toasts.js";

startThemeSwitch();
startAutosave();
startCopying();
startForms();
startKeys();
startPalette();
startPopovers();
startToasts();
startCharts(document);
showWhereItStands();
document.addEventListener("htmx:after:swap", () => startCharts(document));

// A way wider than the screen begins where the record stands.
function showWhereItStands() {
  for (const now of document.querySelectorAll(".path > .now")) {
    const way = now.parentElement;
    way.scrollLeft = now.offsetLeft - way.offsetLeft - (way.clientWidth - now.offsetWidth) / 2;
  }
}

// The chart library is fetched only by a page that has a chart. The query keeps a version such as ?v=3.
async function startCharts(scope) {
  const panels = [...scope.querySelectorAll("[data-chart]:not([data-chart-ready])")];
  if (panels.length === 0) return;
  const url = new URL("chart.js", import.meta.url);
  url.search = new URL(import.meta.url).search;
  const { startChart } = await import(url.href);
  panels.forEach(startChart);
}
