// Charts as SVG that can be read in light and dark, without a library.

const style = `<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328 } .small { font-size: 11px; fill: #59636e }
  .axis { stroke: #d1d9e0 } .scopelog, .scope { fill: #1a7f37; stroke: #1a7f37 } .pino, .line { fill: #8250df; stroke: #8250df }
  .winston { fill: #9a6700; stroke: #9a6700 } .logtape { fill: #0969da; stroke: #0969da } .other { fill: #57606a; stroke: #57606a }
  polyline { fill: none !important; stroke-width: 2 }
  @media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .small { fill: #9198a1 } .axis { stroke: #3d444d } }
</style>`;

const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** One group of bars a case, one bar a logger, on a scale of its own: what matters is who is how much longer. */
export function barChart(rows, caption) {
  const bar = 16;
  const groups = rows.filter((row) => row.case !== "disabled");
  const parts = [];
  let y = 34;
  for (const { suite, case: title, unit, ratio, ...figures } of groups) {
    const longest = Math.max(...Object.values(figures));
    parts.push(`<text x="8" y="${y + 13}" font-weight="600">${escaped(title)}</text>`);
    for (const [name, value] of Object.entries(figures)) {
      const width = Math.max(2, (value / longest) * 420);
      parts.push(`<rect class="${name}" x="190" y="${y}" width="${width.toFixed(1)}" height="${bar - 4}" rx="2"/>`);
      parts.push(`<text class="small" x="184" y="${y + 10}" text-anchor="end">${escaped(name)}</text>`);
      parts.push(`<text class="small" x="${(196 + width).toFixed(1)}" y="${y + 10}">${Math.round(value)} ns</text>`);
      y += bar;
    }
    y += 12;
  }
  return frame(700, y + 24, "Nanoseconds for a line (shorter is better)", caption, parts);
}

/** Where a number stands between the least and the largest, 0 to 1: by powers of ten, unless they are of one size. */
function placing(numbers) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const scale = most < 100 * least ? (number) => number : Math.log;
  return (number) => (scale(number) - scale(least)) / (scale(most) - scale(least));
}

/** Such as `10K`: the marks of a logarithmic axis stand close. */
const short = new Intl.NumberFormat("en", { notation: "compact" });

/** One small chart a series: cost against growth; flat is good. */
export function lineChart(rows, caption) {
  const parts = [];
  const names = [...new Set(rows.map((row) => row.series))];
  names.forEach((name, index) => {
    const points = rows.filter((row) => row.series === name);
    const left = 50 + (index % 2) * 340;
    const top = 50 + Math.floor(index / 2) * 190;
    const keys = Object.keys(points[0]).filter((key) => !["suite", "series", "x", "unit", "ratio"].includes(key));
    const highest = Math.max(...points.flatMap((point) => keys.map((key) => point[key]))) * 1.15;
    parts.push(`<text x="${left}" y="${top - 8}" font-weight="600">${escaped(name)}</text>`);
    parts.push(`<path class="axis" d="M${left} ${top}V${top + 120}H${left + 260}" fill="none"/>`);
    parts.push(`<text class="small" x="${left - 4}" y="${top + 10}" text-anchor="end">${Math.round(highest)}</text>`);
    const place = placing(points.map((point) => point.x));
    for (const point of points) {
      const x = left + place(point.x) * 250;
      parts.push(
        `<text class="small" x="${x.toFixed(0)}" y="${top + 136}" text-anchor="middle">${short.format(point.x)}</text>`,
      );
    }
    keys.forEach((key, row) => {
      const kind = key === "scope" ? "scope" : key === "line" ? "line" : "other";
      const line = points.map(
        (point) =>
          `${(left + place(point.x) * 250).toFixed(1)},${(top + 120 - (point[key] / highest) * 120).toFixed(1)}`,
      );
      parts.push(`<polyline class="${kind}" points="${line.join(" ")}"/>`);
      parts.push(
        `<text class="small" x="${left + row * 90}" y="${top + 152}"><tspan class="${kind}">■</tspan> ${escaped(key)}, ns</text>`,
      );
    });
  });
  return frame(720, 60 + Math.ceil(names.length / 2) * 190, "Cost against growth (flat is good)", caption, parts);
}

/**
 * One small chart a series, over time, each on a scale of its own that begins at 0: flat is good.
 * @param panels `{ name, points, dots, show }`: [x, y] that are joined by a line, [x, y] that are not, and how y is written
 */
export function timeChart(panels, { title, caption, xs, showX }) {
  const [width, height] = [280, 110];
  const parts = [];
  const longest = xs.at(-1);
  panels.forEach(({ name, points, dots = [], show }, index) => {
    const left = 70 + (index % 2) * 370;
    const top = 54 + Math.floor(index / 2) * 170;
    const highest = Math.max(...[...points, ...dots].map(([, y]) => y)) * 1.1 || 1;
    const at = ([x, y]) =>
      [left + (x / longest) * width, top + height - (y / highest) * height].map((n) => n.toFixed(1));
    parts.push(`<text x="${left}" y="${top - 8}" font-weight="600">${escaped(name)}</text>`);
    parts.push(`<path class="axis" d="M${left} ${top}V${top + height}H${left + width}" fill="none"/>`);
    for (const y of [0, highest / 2, highest]) {
      const [, place] = at([0, y]);
      parts.push(`<text class="small" x="${left - 6}" y="${Number(place) + 4}" text-anchor="end">${show(y)}</text>`);
    }
    for (const x of xs) {
      const [place] = at([x, 0]);
      parts.push(`<text class="small" x="${place}" y="${top + height + 15}" text-anchor="middle">${showX(x)}</text>`);
    }
    const line = points.map((point) => at(point).join(","));
    parts.push(`<polyline class="scopelog" style="stroke-width:1" points="${line.join(" ")}"/>`);
    const marks = dots.map((dot) => `M${at(dot).join(" ")}h0`);
    parts.push(`<path class="pino" style="stroke-width:3;stroke-linecap:round" d="${marks.join("")}"/>`);
  });
  return frame(750, 70 + Math.ceil(panels.length / 2) * 170, title, caption, parts);
}

function frame(width, height, title, caption, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escaped(title)}">
${style}
<text x="8" y="20" font-weight="600">${escaped(title)}</text>
${parts.join("\n")}
<text class="small" x="8" y="${height - 8}">${escaped(caption)}</text>
</svg>
`;
}
