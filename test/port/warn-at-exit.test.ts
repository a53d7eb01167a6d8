import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const trouble = fileURLToPath(new URL("../../dist/port/trouble.js", import.meta.url));

test("what is told while the process ends is printed all the same", () => {
  const script = `
    import { processTrouble } from ${JSON.stringify(trouble)};
    process.on("exit", () => processTrouble.report("SCOPELOG_WARN_DROPPED", "3 lines were lost."));
  `;
  const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stderr).toContain("ScopelogWarning [SCOPELOG_WARN_DROPPED]: 3 lines were lost.");
});
