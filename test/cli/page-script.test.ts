import { readdirSync } from "node:fs";
import { Script } from "node:vm";
import { expect, it } from "vitest";
import { pageScript } from "../../src/cli/report/page-script.ts";
import { root } from "../support/repo.ts";

const script = pageScript(new URL(`file://${root}dist/cli/report/page/app.js`));

it("is one script without a module left in it", () => {
  expect(script).not.toMatch(/^\s*(?:import|export)\b/m);
  // It can be parsed; what it needs of a browser is another matter.
  expect(() => new Script(script)).not.toThrow();
});

it("has the modules of the page and the charts that the demo and `top` draw with, each once", () => {
  const defined = (name: string) => script.match(new RegExp(`^(?:function|class|const) ${name}\\b`, "gm"))?.length;
  for (const name of ["App", "highest", "niceTop", "timeStep", "roleOfLevel", "roles", "integer"]) {
    expect([name, defined(name)]).toEqual([name, 1]);
  }
  const modules = readdirSync(`${root}src/cli/report/page`).filter((file) => !["style.ts", "body.ts"].includes(file));
  // The page's own, three of the charts, and the numbers.
  expect(script.match(/^const module\d+ = /gm)).toHaveLength(modules.length + 4);
});
