// The table in the page is the data: cells carry data-v, heads name the axis and the series.
// By default a row is a series and the columns are the axis; table[data-by=column] turns that round.
export function readTable(table) {
  const heads = [...table.tHead.rows].at(-1).cells;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter(isKept);
  const columns = [...heads].slice(1).filter(isKept);
  return table.dataset.by === "column" ? byColumn(rows, columns) : byRow(rows, columns);
}

function byRow(rows, columns) {
  return {
    points: columns.map((head) => point(head)),
    series: rows.map((row) =>
      series(
        row.dataset,
        row.cells[0],
        columns.map((head) => row.cells[head.cellIndex]),
      ),
    ),
  };
}

function byColumn(rows, columns) {
  return {
    points: rows.map((row) => point(row.cells[0], row)),
    series: columns.map((head) =>
      series(
        head.dataset,
        head,
        rows.map((row) => row.cells[head.cellIndex]),
      ),
    ),
  };
}

function isKept(element) {
  return !element.hasAttribute("data-skip");
}

function point(head, owner = head) {
  return { name: label(head), isPartial: owner.hasAttribute("data-part") || head.hasAttribute("data-part") };
}

function series(options, head, cells) {
  return { name: label(head), kind: options.kind ?? "bar", tone: options.tone, cells: cells.map(cellOf) };
}

function cellOf(cell) {
  const raw = cell?.dataset.v;
  return {
    value: raw === undefined || raw === "" ? null : Number(raw),
    text: cell?.textContent.trim() ?? "",
    href: cell?.querySelector("a[href]")?.href ?? null,
  };
}

function label(head) {
  return head.dataset.label ?? head.textContent.trim();
}
