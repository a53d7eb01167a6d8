import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Running } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-follow-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = (text: string) => `{"level":30,"time":1769860800000,"msg":"${text}"}\n`;
const follow = ["pretty", "-t", "none", "-f"];
let files = 0;

function newFile(content: string): string {
  const file = join(folder, `${++files}.log`);
  writeFileSync(file, content);
  return file;
}

const shows = (text: string) => (running: Running) => running.out.includes(`${text}\n`);

describe("scopelog pretty --follow", () => {
  it("shows what is there, and what is added, a line when it has ended", async () => {
    const file = newFile(line("first"));
    using running = new Running([...follow, file]);
    await running.until(shows("first"));
    appendFileSync(file, line("second") + line("third").slice(0, 20));
    await running.until(shows("second"));
    appendFileSync(file, line("third").slice(20) + line("fourth \u00e9\u{1f600}"));
    await running.until(shows("fourth \u00e9\u{1f600}"));
    expect(running.out).toBe("INFO  first\nINFO  second\nINFO  third\nINFO  fourth \u00e9\u{1f600}\n");
    expect(running.err).toBe("");
  });

  it("goes on with the file that takes the name, again and again", async () => {
    const file = newFile(line("a1"));
    using running = new Running([...follow, file]);
    await running.until(shows("a1"));
    for (const name of ["b", "c"]) {
      renameSync(file, `${file}.old`);
      // The program still writes to the file it has open.
      appendFileSync(`${file}.old`, line(`old before ${name}`));
      await running.until(shows(`old before ${name}`));
      writeFileSync(file, line(`${name}1`));
      await running.until(shows(`${name}1`));
      appendFileSync(file, line(`${name}2`));
      await running.until(shows(`${name}2`));
    }
    expect(running.out.match(/INFO {2}.*/g)).toEqual(
      ["a1", "old before b", "b1", "b2", "old before c", "c1", "c2"].map((text) => `INFO  ${text}`),
    );
    expect(running.err).toBe(`scopelog pretty: ${file} was replaced; going on with the new file\n`.repeat(2));
  });

  it("goes on from the start of a file that was truncated", async () => {
    const file = newFile(line("a long first line, so that what comes next is shorter") + line("second"));
    using running = new Running([...follow, file]);
    await running.until(shows("second"));
    truncateSync(file);
    await running.until(({ err }) => err.includes("was truncated"));
    appendFileSync(file, line("third"));
    await running.until(shows("third"));
    // Truncated and written again before anybody looked.
    writeFileSync(file, line("4"));
    await running.until(shows("4"));
    expect(running.out.match(/second|third/g)).toEqual(["second", "third"]);
  });

  it("tells what a file left unfinished when it was replaced", async () => {
    const file = newFile(`${line("first")}{"level":30,"msg":"unfin`);
    using running = new Running([...follow, file]);
    await running.until(shows("first"));
    renameSync(file, `${file}.old`);
    writeFileSync(file, line("next"));
    await running.until(shows("next"));
    expect(running.out).toBe('INFO  first\n{"level":30,"msg":"unfin\nINFO  next\n');
  });

  it("filters what is added", async () => {
    const file = newFile(line("one"));
    using running = new Running([...follow, file, "--grep", "o[nu]"]);
    await running.until(shows("one"));
    appendFileSync(file, line("two") + line("three") + line("four"));
    await running.until(shows("four"));
    expect(running.out).toBe("INFO  one\nINFO  four\n");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends by %s", async (signal) => {
    const file = newFile(line("first"));
    using running = new Running([...follow, file]);
    await running.until(shows("first"));
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code: null, signal, err: "" });
  });
});

describe("Ctrl-C in a pipeline", () => {
  it("is meant for the program: what it still says is shown", async () => {
    using running = new Running(["pretty", "-t", "none"]);
    running.child.stdin.write(line("working"));
    await running.until(shows("working"));
    running.child.kill("SIGINT");
    running.child.stdin.end(line("shutting down"));
    expect(await running.ended).toMatchObject({ code: 0, signal: null, out: "INFO  working\nINFO  shutting down\n" });
  });

  it("ends it at the second time", async () => {
    using running = new Running(["pretty", "-t", "none"]);
    running.child.stdin.write(line("working"));
    await running.until(shows("working"));
    const again = setInterval(() => running.child.kill("SIGINT"), 200);
    const { signal } = await running.ended;
    clearInterval(again);
    expect(signal).toBe("SIGINT");
  });
});
