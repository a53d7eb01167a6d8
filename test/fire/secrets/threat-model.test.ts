import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { root, textOf } from "../../support/repo.ts";
import { faultOf, referencesOf } from "./support/references.ts";

/** Pages that say which test proves what, and the fewest references that are in them. */
const pages = { "docs/threat-model.md": 25, "docs/delivery.md": 60 };

describe("the tests that a page names as proof", () => {
  test("are found, and what is wrong with one is seen", () => {
    const page =
      'The tests are in `test/node/`.\n| "x" | `exit.test.ts` "a", "b …", `d: "e"`; `test/filter/redact.test.ts` |\n"c"';
    expect(referencesOf(page)).toEqual([
      { file: "test/node/exit.test.ts", title: undefined },
      { file: "test/node/exit.test.ts", title: "a" },
      { file: "test/node/exit.test.ts", title: "b …" },
      { file: "test/filter/redact.test.ts", title: undefined },
    ]);
    const fault = (title: string, file = "test/fire/secrets/files.test.ts") => faultOf({ file, title });
    expect(fault("nothing that is logged has a say in the name of a file")).toBeUndefined();
    expect(fault("nothing … in the name of a file")).toBeUndefined();
    expect(fault("a link that somebody laid")).toBeUndefined();
    expect(fault("with umask 0o022")).toBeUndefined();
    expect(fault("with umask xyzzy")).toContain("no test");
    expect(fault("nothing … in the name of a folder")).toContain("no test");
    expect(fault("nothing that is logged")).toBeUndefined();
    expect(fault("nothing that is log")).toContain("no test");
    expect(fault("x", "test/nowhere.test.ts")).toContain("not there");
  });

  test.each(Object.entries(pages))("by %s are there", (page, fewest) => {
    const references = referencesOf(textOf(page));
    expect(references.filter(({ title }) => title !== undefined).length).toBeGreaterThanOrEqual(fewest);
    expect(references.flatMap((reference) => faultOf(reference) ?? [])).toEqual([]);
    const programs = [...textOf(page).matchAll(/\b((?:bench|test)\/[\w/-]+\.mjs)\b/g)].map(
      ([, path]) => path as string,
    );
    expect(programs.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  });
});
