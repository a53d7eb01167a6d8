// Draws what the soak has measured, .build/soak.json, as docs/images/soak.svg, or where the first argument says.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { timeChart } from "../../../bench/chart.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const { node, samples, rests, scopes, lines, forgotten } = JSON.parse(readFileSync(`${root}.build/soak.json`, "utf8"));

const longest = Math.max(...rests.map((rest) => rest.seconds));
const step = longest > 120 ? 120 : 5;
const seconds = Math.round(longest / step) * step;
const xs = Array.from({ length: seconds / step + 1 }, (_, index) => index * step);
const number = (value) => Math.round(value).toLocaleString("en");
const mebibytes = (bytes) => `${number(bytes / 1024 / 1024)} MiB`;
// No more points than can be told apart.
const every = Math.ceil(samples.length / 300);
const over = (list, key) => list.map((one) => [Math.min(one.seconds, seconds), one[key]]);
const often = (key) => over(samples, key).filter((_, index) => index % every === 0);

const svg = timeChart(
  [
    { name: "Heap", points: often("heapBytes"), dots: over(rests, "heapBytes"), show: mebibytes },
    {
      name: "Resident memory (RSS)",
      points: often("rssBytes"),
      dots: over(rests, "rssBytes"),
      show: mebibytes,
    },
    { name: "Open files", points: often("fds"), dots: over(rests, "fds"), show: number },
    { name: "Live scopes", points: often("live"), dots: over(rests, "live"), show: number },
    { name: "Lines a second of processor time", points: often("linesPerCpuSecond"), show: number },
    {
      name: "Event-loop delay, 99th percentile",
      points: often("delayMs"),
      show: (ms) => `${ms.toFixed(ms > 0 && ms < 10 ? 1 : 0)} ms`,
    },
  ],
  {
    title: `${step > 60 ? `${number(seconds / 60)} minutes` : `${number(seconds)} seconds`} at full speed (flat is good; dots: at rest, after collecting)`,
    caption:
      `${number(scopes)} scopes, ${number(forgotten)} of them forgotten; ${number(lines)} lines to a file and over TCP, ` +
      `none lost. Node ${node.slice(1)}, two cores, shared with other work`,
    xs,
    showX: (x) => (step > 60 ? `${number(x / 60)} min` : `${number(x)} s`),
  },
);
writeFileSync(process.argv[2] ?? `${root}docs/images/soak.svg`, svg);
