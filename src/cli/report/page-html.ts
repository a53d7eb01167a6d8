import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Packed } from "./pack.ts";
import { pageBody } from "./page/body.ts";
import { style } from "./page/style.ts";
import { pageScript } from "./page-script.ts";

/**
 * The page, in parts. The only text of the log in it is the title; the rest is compressed and in base64, so that
 * nothing in a log can be taken for a part of the page. What may run is named by its hash, and nothing may be loaded.
 * The lines come last: the script draws the scopes while the browser still reads them.
 */
export function* pageHtml(title: string, packed: Packed): Generator<string> {
  // A text of ASCII alone takes the browser half of the memory and of the time.
  const script = asciiScript(pageScript(new URL("./page/app.js", import.meta.url)));
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${asciiHtml(escapeHtml(title))} &#xb7; scopelog</title>
<style>${style}</style>
</head>
<body>
${asciiHtml(pageBody)}
`;
  yield* embedded("scopes", packed.scopes);
  yield `<script>${script}</script>\n`;
  yield* embedded("texts", packed.texts);
  yield "</body>\n</html>\n";
}

function* embedded(id: string, bytes: Buffer): Generator<string> {
  yield `<script type="text/plain" id="${id}">`;
  const base64 = gzipSync(bytes, { level: 6 }).toString("base64");
  for (let at = 0; at < base64.length; at += 1 << 20) yield base64.slice(at, at + (1 << 20));
  yield "</script>\n";
}

function asciiHtml(html: string): string {
  return html.replace(/[^\0-\x7f]/gu, (character) => `&#x${character.codePointAt(0)?.toString(16)};`);
}

function asciiScript(script: string): string {
  return script.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
