import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/repo.ts";
import { mutants } from "./mutants.mjs";

test("every mutant still breaks what it names: its text is found once, and its tests are there", () => {
  const wrong: string[] = [];
  for (const { name, file, search, replace, tests } of mutants) {
    const found = readFileSync(join(root, file), "utf8").split(search).length - 1;
    if (found !== 1) wrong.push(`${name}: its text is found ${found} times in ${file}`);
    if (search === replace) wrong.push(`${name}: it breaks nothing`);
    if (tests.length === 0) wrong.push(`${name}: it has no tests`);
    for (const path of tests) if (!existsSync(join(root, path))) wrong.push(`${name}: ${path} is not there`);
  }
  expect(wrong).toEqual([]);
});

test("no two mutants have one name", () => {
  const names = mutants.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
});
