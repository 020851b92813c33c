import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { readTable } from "./chart-data.js";

use([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

const live = new Set();

// Gives a [data-chart] panel its second face. The table stays in the page and comes back with one press.
export function startChart(panel) {
  const box = panel.querySelector('[data-view="chart"]');
  const view = panel.querySelector('[data-view="table"]');
  if (!box || !view) return;
  panel.dataset.chartReady = "";
  const chart = { panel, box, table: view.querySelector("table"), instance: null };
  const show = (face) => {
    box.hidden = face !== "chart";
    view.hidden = face === "chart";
    for (const button of panel.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === face));
    }
    draw(chart);
  };
  for (const button of panel.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => show(button.dataset.show));
  }
  live.add(chart);
  new ResizeObserver(() => chart.instance?.resize()).observe(box);
  show(panel.dataset.chart === "table" ? "table" : "chart");
}

function draw(chart) {
  chart.instance?.dispose();
  chart.instance = null;
  if (chart.box.hidden) return;
  const data = readTable(chart.table);
  data.series.forEach((series, index) => (series.tone ??= String(index + 1)));
  data.series.sort((a, b) => (b.tone === "compare") - (a.tone === "compare")); // last year stands left of this year
  const plot = document.createElement("div");
  plot.className = "plot";
  chart.box.replaceChildren(legend(data, chart.table.dataset), plot);
  chart.instance = init(plot, null, { renderer: "svg" });
  chart.instance.setOption(option(data, chart.table.dataset));
  // A mark leads where its number leads.
  chart.instance.on("click", ({ seriesIndex, dataIndex }) => {
    const { href } = data.series[seriesIndex].cells[dataIndex];
    if (href) location.assign(href);
  });
}

function redrawAll() {
  for (const chart of live) {
    if (chart.panel.isConnected) draw(chart);
    else {
      chart.instance?.dispose();
      live.delete(chart);
    }
  }
}
document.addEventListener("clinch:theme", redrawAll);
document.addEventListener("htmx:after:swap", redrawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
document.fonts.ready.then(redrawAll);

// Tokens are light-dark() pairs, so the browser resolves them on a probe.
function colors() {
  const probe = document.body.appendChild(document.createElement("span"));
  const cache = new Map();
  return {
    get(token) {
      if (!cache.has(token)) {
        probe.style.color = `var(${token})`;
        cache.set(token, getComputedStyle(probe).color);
      }
      return cache.get(token);
    },
    done: () => probe.remove(),
  };
}

function toneToken(tone) {
  return { compare: "--line-2", target: "--ink", sign: "--c1" }[tone] ?? `--c${tone}`;
}

function option(data, { min, stack }) {
  const palette = colors();
  const color = palette.get;
  const text = { color: color("--ink-3"), fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily };
  const result = {
    animation: false,
    aria: { enabled: true, label: { enabled: false } },
    textStyle: { fontFamily: text.fontFamily },
    grid: { left: 0, right: 4, top: 10, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      backgroundColor: color("--raised"),
      borderColor: color("--line-2"),
      padding: [6, 10],
      axisPointer: { type: "shadow", z: 0, shadowStyle: { color: color("--act-soft"), opacity: 0.5 } },
      formatter: (marks) => tip(data, marks[0].dataIndex),
    },
    xAxis: {
      type: "category",
      data: data.points.map((point) => point.name),
      axisLine: { lineStyle: { color: color("--line-2") } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      min: min === undefined ? undefined : Number(min),
      scale: min === "auto",
      axisLabel: { ...text, formatter: number },
      splitLine: { lineStyle: { color: color("--line") } },
    },
    series: data.series.map((series) =>
      (series.kind === "bar" ? bars : line)(series, data.points, color, stack !== undefined),
    ),
  };
  palette.done();
  return result;
}

function line(series, _points, color) {
  const tint = color(toneToken(series.tone));
  const isTarget = series.tone === "target";
  return {
    name: series.name,
    type: "line",
    data: series.cells.map((cell) => cell.value),
    step: series.kind === "step" ? "middle" : false,
    symbol: isTarget ? "none" : "circle",
    symbolSize: 5,
    lineStyle: { color: tint, width: isTarget ? 1.5 : 2 },
    itemStyle: { color: tint },
    z: isTarget ? 4 : 3,
  };
}

function bars(series, points, color, isStacked) {
  const isSigned = series.tone === "sign";
  return {
    name: series.name,
    type: "bar",
    stack: isStacked ? "all" : undefined,
    barMaxWidth: points.length > 8 ? 14 : 28,
    barGap: "10%",
    itemStyle: { color: color(toneToken(series.tone)) },
    data: series.cells.map(({ value, text }, index) => {
      const isHatched = points[index].isPartial && series.tone !== "compare";
      const style = { decal: isHatched ? hatch() : { symbol: "none" } };
      if (isSigned && value < 0) style.color = color("--c2");
      const label = {
        show: isSigned,
        position: value < 0 ? "bottom" : "top",
        formatter: () => text,
        color: color("--ink"),
      };
      return { value, itemStyle: style, label };
    }),
  };
}

function number(value) {
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 2 });
  return format.format(value).replace("-", "\u2212");
}

function hatch() {
  return {
    symbol: "rect",
    dashArrayX: [1, 0],
    dashArrayY: [2, 3],
    rotation: -0.78,
    color: "rgba(255, 255, 255, 0.45)",
  };
}

// Text is set as text, and colours come from classes: nothing here needs inline style or markup.
function tip(data, index) {
  const box = element("div", "tip");
  box.append(element("b", "", data.points[index].name));
  for (const series of data.series) {
    const cell = series.cells[index];
    box.append(swatch(series), element("span", "", series.name), element("span", "num", cell.text || "–"));
  }
  return box;
}

function legend(data, { unit }) {
  const box = element("div", "legend");
  box.setAttribute("aria-hidden", "true");
  if (unit) box.append(element("span", "unit", unit));
  if (data.series.length < 2) return box;
  for (const series of data.series) {
    const item = element("span");
    item.append(swatch(series), element("span", "", series.name));
    box.append(item);
  }
  return box;
}

function swatch(series) {
  const tone = element("span", `legend-mark s${series.tone === "sign" ? "1" : series.tone}`);
  tone.append(element("i", series.kind === "bar" ? "" : "line"));
  return tone;
}

function element(name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}
