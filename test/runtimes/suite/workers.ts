import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { defaultRegistry, getScoped, type RegistryStats } from "scopelog";
import { check, equal, inGroup, ok } from "./check.ts";
import { inFolder, join, scriptOf } from "./children.ts";

inGroup("worker threads");

async function start(
  way: string,
  path: string,
): Promise<{ worker: Worker; stats: RegistryStats; exited: Promise<unknown> }> {
  const worker = new Worker(scriptOf("worker-thread"), { workerData: { path, way } });
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  const [stats] = (await once(worker, "message")) as [RegistryStats];
  return { worker, stats, exited };
}

for (const [way, name] of [
  ["end", "its natural end"],
  ["exit", "process.exit() in it"],
] as const) {
  check(`${name} brings out its lines`, () =>
    inFolder(async (folder) => {
      const path = join(folder, "worker.log");
      const { exited } = await start(way, path);
      await exited;
      equal(readFileSync(path, "utf8").split("\n").length - 1, 100, "lines in the file");
    }),
  );
}

check("a worker has a registry of its own, and may be terminated", () =>
  inFolder(async (folder) => {
    const registry = defaultRegistry();
    const before = registry.stats();
    const kept = getScoped("outside");
    const path = join(folder, "worker.log");
    const { worker, stats, exited } = await start("stay", path);
    equal([stats.opened, stats.live, stats.transports], [100, 1, 1], "what the worker counted");
    await worker.terminate();
    await exited;
    ok(!kept.disposed, "a scope outside lives on");
    kept.dispose();
    const after = registry.stats();
    equal([after.opened - before.opened, after.live], [1, before.live], "what is counted outside");
    equal(after.transports, before.transports, "transports outside");
    equal(readFileSync(path, "utf8").split("\n").length - 1, 100, "lines of the sync handler");
  }),
);
