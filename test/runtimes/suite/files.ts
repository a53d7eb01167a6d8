import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Registry } from "scopelog";
import { fileHandler, streamHandler } from "scopelog/node";
import { check, equal, inGroup, ok } from "./check.ts";
import { collectUntil, waitUntil } from "./gc.ts";
import { books, world } from "./world.ts";

inGroup("files and streams");

const formatter = ({ message }: { message: string }) => message;

/** A folder of its own for `body`. */
async function inFolder(body: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "scopelog-runtimes-"));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

check("the end of the scope brings its lines to the file and closes it", () =>
  inFolder((folder) => {
    const { registry } = world();
    const path = join(folder, "scope.log");
    const before = books(registry).transports;
    {
      using log = registry.getScoped("conn", {}, { handlers: [fileHandler({ path, formatter })] });
      for (let index = 0; index < 1000; index++) log.info(`line ${index}`);
      equal(books(registry).transports, before + 1);
    }
    equal(books(registry).transports, before);
    const lines = readFileSync(path, "utf8").split("\n");
    equal([lines.length, lines[0], lines[999], lines[1000]], [1001, "line 0", "line 999", ""]);
  }),
);

check("many handlers on a path share one open file", () =>
  inFolder(async (folder) => {
    const { registry } = world();
    const path = join(folder, "shared.log");
    const before = books(registry);
    const scopes = Array.from({ length: 50 }, (_, index) => {
      const log = registry.getScoped("conn", { index }, { handlers: [fileHandler({ path })] });
      log.info("hello");
      return log;
    });
    equal(books(registry).transports - before.transports, 1, "files opened");
    equal(books(registry).leases - before.leases, 50, "leases");
    for (const log of scopes) await log.close();
    equal(books(registry).leases, before.leases, "leases afterwards");
    const indexes = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).index);
    equal(
      indexes,
      Array.from({ length: 50 }, (_, index) => index),
    );
  }),
);

check("lines arrive while the program runs, and after the file was renamed", () =>
  inFolder(async (folder) => {
    const { registry } = world();
    const path = join(folder, "kept.log");
    using handler = fileHandler({ path, formatter });
    using log = registry.getScoped("conn");
    log.addHandler(handler);
    log.info("before");
    await waitUntil(() => readFileSync(path, "utf8") === "before\n", "the line of the first file");
    renameSync(path, `${path}.1`);
    handler.reopen();
    log.info("after");
    await handler.flush();
    equal([readFileSync(`${path}.1`, "utf8"), readFileSync(path, "utf8")], ["before\n", "after\n"]);
  }),
);

check("a sync handler has the line in the file when the call returns", () =>
  inFolder((folder) => {
    const { registry } = world();
    const path = join(folder, "sync.log");
    using log = registry.getScoped("conn", {}, { handlers: [fileHandler({ path, formatter, sync: true })] });
    log.info("there");
    equal(readFileSync(path, "utf8"), "there\n");
  }),
);

check("a line that an earlier process left unfinished is ended first", () =>
  inFolder((folder) => {
    const { registry } = world();
    const path = join(folder, "cut.log");
    writeFileSync(path, "whole\ncut");
    {
      using log = registry.getScoped("conn", {}, { handlers: [fileHandler({ path, formatter })] });
      log.info("next");
    }
    equal(readFileSync(path, "utf8"), "whole\ncut\nnext\n");
  }),
);

function forgetFiles(registry: Registry, folder: string): void {
  for (let index = 0; index < 24; index++) {
    const path = join(folder, `forgotten-${index}.log`);
    registry.getScoped("conn", { index }, { handlers: [fileHandler({ path, formatter })] }).info("last line");
  }
}

check("the file of a forgotten scope is closed, with its lines in it", () =>
  inFolder(async (folder) => {
    const { registry } = world();
    const before = books(registry).transports;
    forgetFiles(registry, folder);
    equal(books(registry).transports, before + 24);
    // A runtime that looks for pointers on the stack may find some old ones.
    await collectUntil(() => {
      if (typeof FinalizationRegistry !== "function") registry.sweep();
      return books(registry).transports <= before + ("Bun" in globalThis ? 6 : 0);
    }, "the files are closed");
    ok(readFileSync(join(folder, "forgotten-0.log"), "utf8") === "last line\n", "the line is in the file");
    await registry.shutdown();
  }),
);

check("a stream handler writes to the stream, and leaves it open", async () => {
  const { registry } = world();
  const stream = new PassThrough({ encoding: "utf8" });
  const before = stream.listenerCount("error");
  {
    await using log = registry.getScoped("conn", {}, { handlers: [streamHandler({ stream, formatter })] });
    log.info("hello");
  }
  equal([stream.read(), stream.destroyed, stream.listenerCount("error")], ["hello\n", false, before]);
  stream.destroy();
});
