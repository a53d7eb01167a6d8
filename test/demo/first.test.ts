import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterEach, beforeAll, expect, test } from "vitest";
import { buildExamples } from "./build.ts";

let program = "";

beforeAll(() => {
  program = `${buildExamples("first")}/first.js`;
}, 120_000);

let server: ChildProcess | undefined;
afterEach(() => server?.kill());

test("the first example echoes, its lines name the connection, and a lost one does not end it", async () => {
  const { stdout, stderr } = (server = spawn(process.execPath, [program, "0"], { stdio: ["ignore", "pipe", "pipe"] }));
  const nextOut = nextLine(stdout);
  const nextErr = nextLine(stderr);
  const port = Number(/\bport\W+(\d+)/.exec(await nextOut())?.[1]);

  const client = connect(port, "127.0.0.1");
  client.write("hello");
  expect(String((await once(client, "data"))[0])).toBe("hello");
  const echo = await nextOut();
  expect(echo).toContain("conn#1 echo");
  expect(echo).toContain(`peer=127.0.0.1:${client.localPort} bytes=5`);
  client.end();
  expect(await nextOut()).toContain("conn#1 closed");

  const lost = connect(port, "127.0.0.1");
  lost.write("hello");
  await once(lost, "data");
  lost.resetAndDestroy();
  expect(await nextErr()).toContain("conn#2 connection lost");
  expect(server.exitCode).toBeNull();
}, 60_000);

function nextLine(input: Readable): () => Promise<string> {
  const lines = createInterface({ input })[Symbol.asyncIterator]();
  return async () => (await lines.next()).value as string;
}
