import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { root, textOf } from "../support/repo.ts";
import { promised } from "./support/promised.ts";

const file = "docs/promises.md";
const today = promised();

/** The paragraph that is nothing but words in backquotes. */
function listOf(section: string): string {
  return (section.split(/\n{2,}/).find((paragraph) => /^(?:`[^`]+`\s*)+$/.test(paragraph)) ?? "").trimEnd();
}

/** What the page lists under each heading. */
function listed(text: string): Record<string, string[]> {
  const sets: Record<string, string[]> = {};
  for (const section of text.split(/^(?=#{2,3} )/m)) {
    const heading = /^#{2,3} (.+)\n/.exec(section)?.[1]?.replaceAll("`", "");
    const names = [...listOf(section).matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
    if (heading !== undefined && names.length > 0) sets[heading] = names;
  }
  return sets;
}

/** The names as the page has them, 120 characters a line. */
function paragraph(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    const last = lines.at(-1) as string;
    if (last === "") lines[lines.length - 1] = `\`${name}\``;
    else if (last.length + name.length + 3 <= 120) lines[lines.length - 1] = `${last} \`${name}\``;
    else lines.push(`\`${name}\``);
  }
  return lines.join("\n");
}

// `SCOPELOG_PROMISES=write npx vitest run test/package/promises.test.ts` writes the lists anew, after they were changed on purpose.
if (process.env["SCOPELOG_PROMISES"] === "write") {
  const sections = textOf(file).split(/^(?=#{2,3} )/m);
  const text = sections
    .map((section) => {
      const heading = /^#{2,3} (.+)\n/.exec(section)?.[1]?.replaceAll("`", "");
      const names = today[heading ?? ""];
      return names === undefined ? section : section.replace(listOf(section), paragraph(names));
    })
    .join("");
  writeFileSync(`${root}${file}`, text);
}

describe("docs/promises.md", () => {
  const page = listed(textOf(file));

  test("has a list for everything that is promised", () => {
    const some = Object.keys(today).filter((heading) => today[heading]?.length !== 0);
    expect(Object.keys(page).sort()).toEqual(some.sort());
  });

  test.each(Object.entries(page))("%s: says what is", (heading, names) => {
    expect(names).toEqual(today[heading]);
  });

  test("the sets are not empty by mistake", () => {
    expect(today["Environment variables"]).toContain("LOG_LEVEL");
    expect(today["Diagnostic channels"]).toContain("scopelog:open");
    expect(today["JSON keys"]).toContain("msg");
    expect(today["The record"]).toContain("levelNumber");
    expect(today["scopelog"]).toContain("getScoped");
  });
});
