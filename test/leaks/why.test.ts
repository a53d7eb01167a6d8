import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { root } from "../support/repo.ts";

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scopelog-why-"));
  file = join(folder, "app.heapsnapshot");
  execFileSync(process.execPath, [`${root}test/leaks/fixtures/small.mjs`, file], { timeout: 120_000 });
}, 130_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { print: (text) => out.push(text), error: (text) => err.push(text) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("scopelog why", () => {
  it("says who holds a scope, and ends with 0", async () => {
    const { code, out, err } = await run("why", file, "conn#2");
    expect(err).toBe("");
    expect(out).toBe(`conn#2 is held:\n  sessions (Map) > .get("b").log\n     at ${root}test/leaks/fixtures/small.mjs`);
    expect(code).toBe(0);
  });

  it("prints JSON", async () => {
    const { code, out } = await run("why", file, "conn#1", "--json");
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(report).toMatchObject({ id: "conn#1", found: true, held: true });
    expect(report.paths[0]).toMatchObject({ text: 'sessions (Map) > .get("a").log' });
    expect(report.paths[0].steps.at(-1)).toMatchObject({ text: ".log", type: "scope" });
    // The same object by its number.
    const number = report.paths[0].objects.at(-1);
    const byNumber = await run("why", file, `@${number}`);
    expect(byNumber.code).toBe(0);
    expect(byNumber.out).toContain('sessions (Map) > .get("a").log');
  });

  it("shows no more ways than asked for", async () => {
    expect((await run("why", file, "conn", "--paths", "1")).out.match(/sessions/g)).toHaveLength(1);
    const both = await run("why", file, "conn");
    expect(both.out).toContain('.get("a").log');
    expect(both.out).toContain('.get("b").log');
  });

  it("lists the live scopes", async () => {
    expect(await run("why", file)).toEqual({ code: 0, out: "conn: 2 live: conn#1 conn#2", err: "" });
    expect(JSON.parse((await run("why", file, "--json")).out)).toEqual([
      { name: "conn", live: 2, ids: ["conn#1", "conn#2"] },
    ]);
  });

  it("says that a scope has ended, when somebody still holds its object", async () => {
    const { code, out } = await run("why", file, "job#3");
    expect(out).toContain("job#3 is held, though it has ended:");
    expect(code).toBe(0);
  });

  it("ends with 1 if there is no such scope, and tells which there are", async () => {
    const { code, out } = await run("why", file, "conn#17");
    expect(out).toContain("conn#17 is not held: there is no such live scope");
    expect(out).toContain("Live scopes of that name: conn#1, conn#2.");
    expect(code).toBe(1);
    expect((await run("why", file, "@999999999")).code).toBe(1);
  });

  it("ends with 2 if the file is missing, no snapshot, or truncated", async () => {
    const none = await run("why", join(folder, "none"), "conn#1");
    expect(none).toMatchObject({ code: 2, out: "" });
    expect(none.err).toMatch(/: no such file$/);
    const other = await run("why", `${root}package.json`, "conn#1");
    expect(other).toMatchObject({ code: 2, out: "" });
    expect(other.err).toMatch(/: not a heap snapshot/);
    const cut = join(folder, "cut.heapsnapshot");
    writeFileSync(cut, readFileSync(file).subarray(0, 1_000_000));
    const truncated = await run("why", cut, "conn#1");
    expect(truncated).toMatchObject({ code: 2, out: "" });
    expect(truncated.err).toMatch(/the heap snapshot is truncated/);
  });

  it("ends with 2 if it is not understood, and says where to read on", async () => {
    for (const args of [
      ["why"],
      ["why", file, "conn#1", "conn#2"],
      ["why", file, "conn#1", "--paths", "none"],
      ["why", file, "--depth"],
    ]) {
      const { code, out, err } = await run(...args);
      expect({ code, out }, args.join(" ")).toEqual({ code: 2, out: "" });
      expect(err, args.join(" ")).toMatch(/^scopelog why: .+\n"scopelog why --help" tells what there is\.$/s);
    }
  });

  it("helps", async () => {
    for (const args of [
      ["help", "why"],
      ["why", "--help"],
    ]) {
      const { code, out } = await run(...args);
      expect(code).toBe(0);
      expect(out).toContain("scopelog why FILE.heapsnapshot");
    }
  });

  it("runs as a command by a link, as it is installed", () => {
    const link = join(folder, "scopelog");
    symlinkSync(`${root}dist/cli/main.js`, link);
    const { status, stdout, stderr } = spawnSync(process.execPath, [link, "why", file, "conn#1"], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toContain('sessions (Map) > .get("a").log');
    expect(status).toBe(0);
    expect(spawnSync(process.execPath, [link, "why", file, "conn#9"]).status).toBe(1);
    expect(spawnSync(process.execPath, [link, "why", join(folder, "none")]).status).toBe(2);
  });
});
