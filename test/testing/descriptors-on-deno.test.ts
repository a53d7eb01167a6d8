import { expect, test } from "vitest";
import { findProgram, newProject } from "./installed.ts";

const deno = findProgram("deno");

// Its end takes until the process is a second old: Deno opens two sockets of its own meanwhile.
const script = `
import { handlerChecks } from "scopelog/testing";
const untilOneSecond = () => new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 - performance.now())));
const factory = () => ({ handle() {}, [Symbol.dispose]() {}, [Symbol.asyncDispose]: untilOneSecond });
const check = handlerChecks(factory, { timeoutMs: 2000 }).find(({ name }) => name === "descriptors");
await check.run();
console.log("nothing was left open");
`;

test.skipIf(deno === undefined)("what Deno opens by itself is not taken for the handler's", () => {
  using project = newProject();
  project.write("check.mjs", script);
  const args = ["run", "-A", "--no-config", "--node-modules-dir=manual", "check.mjs"];
  const { output } = project.run(deno as string, args);
  expect(output.trim()).toBe("nothing was left open");
});
