import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../support/repo.ts";
import { run } from "./command.ts";

const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };

test("the commands are listed, a line each, and each has a help of its own", async () => {
  const { code, out, err } = await run(["--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const names = [...out.matchAll(/^ {2}(\w+) +\S.*$/gm)].map(([, name]) => name as string);
  expect(names).toEqual(["pretty", "report", "top", "why", "demo"]);
  for (const args of [["help"], ["-h"], ["help", "nothing"]]) expect(await run(args)).toMatchObject({ code: 0, out });
  for (const name of names) {
    const help = await run([name, "--help"]);
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toMatch(new RegExp(`^scopelog ${name} `));
    expect(await run(["help", name])).toMatchObject({ code: 0, out: help.out });
  }
});

test("without a command they are listed too, and that is no success", async () => {
  const { out } = await run(["--help"]);
  expect(await run([])).toMatchObject({ code: 2, out });
  const { code, out: printed, err } = await run(["whence\u001b[31m"]);
  expect({ code, printed }).toEqual({ code: 2, printed: "" });
  expect(err).toBe(`scopelog: there is no command "whence\\x1b[31m"\n\n${out}`);
});

test("--version is that of the package", async () => {
  for (const flag of ["--version", "-v"]) {
    expect(await run([flag])).toMatchObject({ code: 0, out: `${version}\n`, err: "" });
  }
});
