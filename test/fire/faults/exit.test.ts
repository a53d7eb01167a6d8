import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../node/support.ts";
import { noteFigure } from "../support/figure.ts";
import { isLong } from "../support/size.ts";
import { buildFolder, faultLibrary, runFaulty } from "./support/child.ts";

afterAll(() => rmSync(buildFolder, { recursive: true, force: true }));

const faults: readonly [call: string, fault: string, loses: boolean][] = [
  ["write", "ENOSPC", true],
  ["write", "EDQUOT", true],
  ["write", "EIO", true],
  ["write", "takes 1", false],
  ["write", "takes half", false],
  ["write", "takes 0", false],
  ["open", "EMFILE", true],
  ["close", "EIO", false],
];
const all = ["exit", "throw", "reject", "natural"];
const hows = isLong
  ? { batched: all, sync: all, rotating: all }
  : { batched: ["exit", "throw"], sync: [], rotating: ["exit"] };
const cases = Object.entries(hows).flatMap(([way, of]) =>
  of.flatMap((how) => faults.map(([call, fault, loses]) => ({ way, how, call, fault, loses }))),
);

describe.runIf(faultLibrary() !== undefined)("a process that ends while its log file fails", () => {
  test("ends as it would, and tells how many lines are lost: not one is missing that was not", async () => {
    const base = temporaryFolder();
    const queue = cases.map((one, index) => ({ ...one, index }));
    const broken: string[] = [];
    const work = async () => {
      for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
        const { way, how, call, fault, loses, index } = one;
        const folder = `${base}/${index}/`;
        mkdirSync(folder);
        const { code, stderr } = await runFaulty("exit", folder, way, how, call, fault);
        const text = readdirSync(folder).map((name) => readFileSync(folder + name, "utf8"));
        const found = new Set(text.join("").match(/line \d+ ü+ end(?=\n)/g)).size;
        const told = /: (\d+) log lines were lost at exit/.exec(stderr)?.[1] ?? "0";
        const failing = how === "throw" || how === "reject" ? 1 : 0;
        const saw = `${way}, ${how}, ${call} ${fault}: code ${code}, ${found} arrived, ${told} told as lost\n${stderr}`;
        if (code !== failing || found + Number(told) !== 100 || Number(told) > 0 !== loses) broken.push(saw);
        if (loses && call === "write" && found < 35) broken.push(`${saw} (what was out before)`);
      }
    };
    await Promise.all([work(), work()]);
    expect(broken).toEqual([]);
    noteFigure("faults", "processes that ended while their log failed", cases.length);
  }, 200_000);
});
