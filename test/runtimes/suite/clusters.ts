import { readFileSync } from "node:fs";
import { check, equal, inGroup } from "./check.ts";
import { inFolder, join, run } from "./children.ts";

inGroup("cluster");

check("two workers write whole lines of their own to one file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "cluster.log");
    const { code, stdout, stderr } = await run("cluster-child", path);
    equal(code, 0, `the exit code (${stderr.slice(0, 500)})`);
    const { opened, primary } = JSON.parse(stdout);
    equal([opened, primary], [[200, 200], 0], "scopes opened in the workers, and in the primary");
    const lines = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const worker of [1, 2]) {
      const own = lines.filter((line) => line.worker === worker).map(({ index }) => index);
      equal(
        own,
        Array.from({ length: 200 }, (_, index) => index),
        `the lines of worker ${worker}`,
      );
    }
  }),
);
