import { existsSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { root, textOf } from "../support/repo.ts";

const pages = [
  ...readdirSync(root).filter((name) => /\.md$|^llms\.txt$/.test(name)),
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ...(existsSync(`${root}.github`) ? readdirSync(`${root}.github`) : [])
    .filter((name) => name.endsWith(".md"))
    .map((name) => `.github/${name}`),
];

/** Without what is shown as it is: code. */
const prose = (text: string) => text.replace(/^(```|~~~)[\s\S]*?^\1$/gm, "").replace(/(`+)[^`][\s\S]*?\1/g, "code");

/** The targets of links and images: `[text](target "title")`, `<img src="target">`, `[name]: target`. */
function linksOf(text: string): string[] {
  const body = prose(text);
  return [
    ...body.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...body.matchAll(/\b(?:src|href|srcset)="([^"]+)"/g),
    ...body.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm),
  ].map(([, target]) => target as string);
}

/** The anchors of a page, made of its headings as the usual hosts make them, and those set by hand. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const plain = text.replace(/^(```|~~~)[\s\S]*?^\1$/gm, "");
  for (const [, heading] of plain.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const words = (heading as string).replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const anchor = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  for (const [, name] of plain.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name as string);
  return anchors;
}

/** What is wrong with a link; undefined if nothing. Links to other hosts are not followed. */
function faultOf(page: string, target: string): string | undefined {
  if (/^(?:https?:|mailto:)/.test(target)) return undefined;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : posix.normalize(posix.join(posix.dirname(page), decodeURI(path)));
  if (file.startsWith("..") || !existsSync(`${root}${file}`)) return `${page}: ${target} is not there`;
  if (anchor === undefined || !file.endsWith(".md")) return undefined;
  return anchorsOf(textOf(file)).has(anchor) ? undefined : `${page}: ${target} has no such heading`;
}

describe("links", () => {
  test("are found, and what is wrong with one is seen", () => {
    const text = '[a](b.md#c) ![d](e.png "f") `[g](h)` <img src="i.svg">\n```ts\n[j](k)\n```\n[l]: m.md\n';
    expect(linksOf(text)).toEqual(["b.md#c", "e.png", "i.svg", "m.md"]);
    expect([...anchorsOf("# `use(handler)`: owns\n## A `b`\n## A b\n```sh\n# no\n```\n")]).toEqual([
      "usehandler-owns",
      "a-b",
      "a-b-1",
    ]);
    expect(faultOf("docs/delivery.md", "../README.md#scopelog")).toBeUndefined();
    expect(faultOf("docs/delivery.md", "../README.md#nowhere")).toContain("no such heading");
    expect(faultOf("README.md", "docs/nothing.md")).toContain("not there");
    expect(faultOf("README.md", "../outside.md")).toContain("not there");
  });

  test.each(pages)("of %s lead somewhere", (page) => {
    expect(linksOf(textOf(page)).flatMap((target) => faultOf(page, target) ?? [])).toEqual([]);
  });

  test("lead to every page of docs, from another page", () => {
    const linked = new Set(
      pages
        .filter((page) => page !== "llms.txt")
        .flatMap((page) =>
          linksOf(textOf(page)).map((target) =>
            posix.normalize(posix.join(posix.dirname(page), target.replace(/#.*/, ""))),
          ),
        ),
    );
    expect(pages.filter((page) => page.startsWith("docs/") && !linked.has(page))).toEqual([]);
  });
});

describe("llms.txt", () => {
  const text = textOf("llms.txt");

  // llmstxt.org: one heading, a summary as a quotation, prose, then sections that are lists of links with notes.
  test("has the form of llmstxt.org", () => {
    expect(text).toMatch(/^# scopelog\n\n> .+\n/);
    expect(text.match(/^# /gm)).toHaveLength(1);
    const [, ...sections] = text.split(/^## .+\n/m);
    expect(sections.length).toBeGreaterThanOrEqual(2);
    for (const section of sections) {
      for (const line of section.split("\n")) if (line !== "") expect(line).toMatch(/^- \[[^\]]+\]\([^)]+\): .+/);
    }
  });

  test("names every guide, and every sub-path", () => {
    const linked = linksOf(text);
    expect(pages.filter((page) => page.startsWith("docs/") && !linked.includes(page))).toEqual([]);
    const { exports } = JSON.parse(textOf("package.json")) as { exports: Record<string, unknown> };
    const paths = Object.keys(exports).filter((path) => !path.endsWith(".json"));
    expect(paths.filter((path) => !text.includes(`scopelog${path.slice(1)}`))).toEqual([]);
  });
});
