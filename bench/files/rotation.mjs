// 1,000,000 lines from four writers of one process through rotations: are all of them there, whole and in order?
// npm run build && node bench/files/rotation.mjs [lines] [rotations]
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

const dist = process.env.SCOPELOG_DIST ?? new URL("../../dist/", import.meta.url).href;
const { createRegistry } = await import(`${dist}index.js`);
const { rotatingFileHandler } = await import(`${dist}node/index.js`);

const count = (text, fallback, name) => {
  if (text === undefined) return fallback;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  console.error(`${name} must be a whole number above 0\nusage: node bench/files/rotation.mjs [lines] [rotations]`);
  process.exit(2);
};
const total = count(process.argv[2], 1_000_000, "lines");
const rotations = count(process.argv[3], 20, "rotations");

async function linesIn(path, take) {
  const file = createReadStream(path);
  const text = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) take(line);
}

async function measure(name, options) {
  const folder = mkdtempSync(join(tmpdir(), "scopelog-rotation-"));
  try {
    const path = join(folder, "app.log");
    // One line is about 116 bytes; the last file holds what is left over.
    const maxBytes = Math.floor((total * 116) / (rotations + 0.5));
    const registry = createRegistry();
    const writers = [0, 1, 2, 3].map((writer) =>
      registry.getScoped(
        `writer${writer}`,
        {},
        {
          handlers: [rotatingFileHandler({ path, maxBytes, ...options })],
          propagate: false,
        },
      ),
    );
    const started = performance.now();
    for (let line = 0; line < total; line++) {
      writers[line % 4].info("a line", { line });
      // As in a server: the event loop turns now and then.
      if (line % 10_000 === 9_999) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const writer of writers) await writer.close();
    const seconds = (performance.now() - started) / 1000;
    const number = (file) => Number(/\.(\d+)\.log(\.gz)?$/.exec(file)?.[1] ?? Number.POSITIVE_INFINITY);
    const files = readdirSync(folder).sort((a, b) => number(a) - number(b));
    let [found, invalid, outOfOrder] = [0, 0, 0];
    for (const file of files) {
      await linesIn(join(folder, file), (text) => {
        try {
          if (JSON.parse(text).line !== found) outOfOrder++;
        } catch {
          invalid++;
        }
        found++;
      });
    }
    const largest = Math.max(...files.filter((f) => !f.endsWith(".gz")).map((f) => statSync(join(folder, f)).size));
    const good = found === total && invalid === 0 && outOfOrder === 0 && largest <= maxBytes;
    console.log(
      `${name.padEnd(22)} ${String(found).padStart(9)} of ${total} lines, ${invalid} invalid, ${outOfOrder} out of order, ` +
        `${files.length - 1} rotations, ${seconds.toFixed(2)} s (${Math.round(total / seconds).toLocaleString("en")} lines/s): ${good ? "good" : "WRONG"}`,
    );
    return good;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`node ${process.version}, four scopes of one process, one path`);
const results = [
  await measure("batched", {}),
  await measure("batched, gzip", { gzip: true }),
  await measure("sync", { sync: true }),
];
if (!results.every(Boolean)) process.exit(1);
