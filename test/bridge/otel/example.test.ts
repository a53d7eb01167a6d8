import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import type { ReceivedLine } from "../../../examples/otel/decode-logs.ts";
import { until } from "../../support/gc.ts";
import { root } from "../../support/repo.ts";

/** A program of `examples/otel`, as compiled by `npm run build:examples`, and what it prints. */
function start(name: string, args: readonly string[], environment: Record<string, string> = {}) {
  const script = `${root}.build/examples/otel/${name}.js`;
  if (!existsSync(script)) throw new Error(`${script} is not there: npm run build && npm run build:examples`);
  const env = { ...process.env, ...environment };
  const child: ChildProcess = spawn(process.execPath, [script, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on("line", (line) => lines.push(line));
  }
  const exited = once(child, "close") as Promise<[code: number | null]>;
  return { lines, exited, [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

test("the lines of the example arrive at its receiver, in their spans", async () => {
  using receiver = start("receiver", ["0"]);
  await until(() => receiver.lines.length > 0, "the receiver listens", 60_000);
  const { port } = JSON.parse(receiver.lines[0] as string).listening;
  using program = start("main", [], { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  const [code] = await program.exited;
  expect({ code, said: program.lines }).toEqual({ code: 0, said: [] });
  await until(() => receiver.lines.length >= 5, "the lines arrive");
  const lines: ReceivedLine[] = receiver.lines.slice(1).map((line) => JSON.parse(line));
  const told = lines.map(({ body, severityText, eventName, attributes }) => [
    attributes["id"],
    severityText,
    body,
    eventName,
  ]);
  expect(told).toEqual([
    ["7", "info", "order ended", "order.done"],
    ["8", "info", "order ended", "order.done"],
    ["broken", "debug", "looking it up", undefined],
    ["broken", "error", "order ended", undefined],
  ]);
  const [seven, eight, held, failed] = lines as [ReceivedLine, ReceivedLine, ReceivedLine, ReceivedLine];
  expect(new Set([seven, eight, failed].map(({ traceId }) => traceId)).size).toBe(3);
  expect(held.traceId).toBe(failed.traceId);
  expect(held.spanId).not.toBe(failed.spanId);
  expect(held.attributes["shelves"]).toEqual([{ name: "A", free: 3 }, { name: "B" }]);
  expect(failed.attributes).toMatchObject({
    "exception.type": "Error",
    "exception.message": "the order is broken",
    "scopelog.error": { cause: { type: "RangeError", message: "no such shelf" } },
    outcome: "error",
  });
});
