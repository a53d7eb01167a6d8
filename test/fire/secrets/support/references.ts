import { existsSync } from "node:fs";
import { parseAst } from "vite";
import { root, textOf } from "../../../support/repo.ts";

/** A test that a page names as proof. */
export interface Reference {
  readonly file: string;
  /** Its name or that of a group, `…` for what is left out; undefined if the whole file is meant. */
  readonly title: string | undefined;
}

/** Where the tests of a part of a page are, as the page says: "The tests are in `test/node/`". */
const place = /tests are in `(test\/[\w/-]+)\/?`/i;
const part = /`([^`]*)`|((?:[\w.-]+\/)*[\w.-]+\.test\.ts)|"([^"]+)"/g;
const testFile = /^(?:[\w.-]+\/)*[\w.-]+\.test\.ts$/;

/** The references of a page: files, each with the quoted names that follow it on its line. */
export function referencesOf(page: string): Reference[] {
  const found: Reference[] = [];
  let folder = "";
  for (const line of page.split("\n")) {
    folder = place.exec(line)?.[1]?.replace(/\/$/, "") ?? folder;
    let file: string | undefined;
    for (const [, code, bare, title] of line.matchAll(part)) {
      const path = code === undefined ? bare : testFile.exec(code)?.[0];
      if (path !== undefined) {
        file = path.startsWith("test/") || folder === "" ? path : `${folder}/${path}`;
        found.push({ file, title: undefined });
      } else if (file !== undefined && title !== undefined) found.push({ file, title });
    }
  }
  return found;
}

/** What is wrong with a reference; undefined if nothing. */
export function faultOf({ file, title }: Reference): string | undefined {
  if (!existsSync(`${root}${file}`)) return `${file} is not there`;
  if (title === undefined || titlesOf(file).some((known) => agree(title, known, file))) return undefined;
  return `${file} has no test "${title}"`;
}

const known = new Map<string, readonly string[]>();

/** The names of the tests and groups in a file, as they are written, with their placeholders. */
function titlesOf(file: string): readonly string[] {
  let titles = known.get(file);
  if (titles === undefined) {
    titles = [...titlesIn(parseAst(textOf(file), { lang: "ts" }))];
    known.set(file, titles);
  }
  return titles;
}

function* titlesIn(node: unknown): Generator<string> {
  if (Array.isArray(node)) for (const item of node) yield* titlesIn(item);
  else if (typeof node === "object" && node !== null) {
    const { type, callee, arguments: given } = node as { type?: string; callee?: unknown; arguments?: unknown[] };
    if (type === "CallExpression" && /^(?:test|it|describe)$/.test(rootOf(callee))) {
      const title = textIn(given?.[0]);
      if (title !== undefined) yield title;
    }
    for (const value of Object.values(node)) yield* titlesIn(value);
  }
}

/** `test` of `test.skipIf(x).each(y)`. */
function rootOf(callee: unknown): string {
  const { name, object, callee: inner, tag } = Object(callee) as Record<string, unknown>;
  if (typeof name === "string") return name;
  const below = object ?? inner ?? tag;
  return below === undefined ? "" : rootOf(below);
}

function textIn(node: unknown): string | undefined {
  const { type, value, quasis } = Object(node) as {
    type?: string;
    value?: unknown;
    quasis?: { value: { cooked: string } }[];
  };
  if (type === "Literal" && typeof value === "string") return value;
  return type === "TemplateLiteral" ? quasis?.map((quasi) => quasi.value.cooked).join("%s") : undefined;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const holes = /%[sdifjoO#$]|\$[A-Za-z_][\w.]*/g;

/** Whether `title`, as a page quotes it, is the name `written` in a test, where either may leave something open. */
function agree(title: string, written: string, file: string): boolean {
  // A page may give the beginning of a name alone, or of what comes after a colon in it.
  const quoted = new RegExp(`^${escaped(title).replace(/\s*…\s*/g, ".*")}(?![\\p{L}\\d])`, "u");
  if ([written, ...written.split(": ").slice(1)].some((text) => quoted.test(text))) return true;
  const pieces = written.split(": ")[0]?.split(holes) ?? [];
  if (pieces.length <= 1 || !new RegExp(`^${pieces.map(escaped).join(".*")}$`).test(title)) return false;
  // What stands in the place of a placeholder is somewhere in the file, in its table.
  const text = textOf(file).toLowerCase();
  return title
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .every((word) => text.includes(word));
}
