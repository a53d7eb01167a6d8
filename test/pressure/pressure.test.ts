import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const scopes = 1000;

interface Outcome {
  opened: number;
  inherited: number;
  stats: Record<"opened" | "live" | "collected" | "shutdown" | "dropped" | "failed" | "leases" | "transports", number>;
  most: { transports: number };
  problems: { code: string; message: string }[];
}

/** Runs the flood under `ulimit -n limit`; what it says of itself, and the lines that arrived. */
async function flood(limit: number): Promise<{ outcome: Outcome; received: Set<string>; code: number | null }> {
  const receiver = createSocket({ type: "udp4", recvBufferSize: 4 * 1024 * 1024 });
  const received = new Set<string>();
  receiver.on("message", (message) => {
    const line = /line (\d+) /.exec(message.toString())?.[1];
    if (line !== undefined) received.add(line);
  });
  receiver.bind(0, "127.0.0.1");
  await once(receiver, "listening");
  const script = fileURLToPath(new URL("./fixtures/flood.mjs", import.meta.url));
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      `ulimit -n ${limit}; exec "$0" "$@"`,
      process.execPath,
      "--expose-gc",
      script,
      String(receiver.address().port),
      String(scopes),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  receiver.close();
  return { outcome: JSON.parse(output), received, code };
}

test("under a limit of 100 open files, a thousand forgotten scopes with a socket each harm nobody", async () => {
  const { outcome, received, code } = await flood(100);
  expect(code).toBe(0);
  // The application went on, and so did the handlers above.
  expect(outcome.opened).toBe(scopes / 10);
  expect(outcome.inherited).toBe(scopes);
  // No more than the budget was ever open, and nothing is in the end.
  expect(outcome.most.transports).toBeLessThanOrEqual(100);
  expect(outcome.stats.leases).toBe(0);
  expect(outcome.stats.live).toBe(0);
  expect(outcome.stats.collected + outcome.stats.shutdown).toBe(scopes);
  // Every line arrived or was counted.
  expect(received.size + outcome.stats.dropped + outcome.stats.failed).toBeGreaterThanOrEqual(scopes);
  expect(received.size).toBeGreaterThan(scopes / 2);
  // It was told, with the place that opened the most.
  const told = outcome.problems.filter(({ code }) => code === "SCOPELOG_WARN_TOO_MANY");
  expect(told.length).toBe(1);
  expect(told[0]?.message).toContain("flood.mjs:");
}, 120_000);
