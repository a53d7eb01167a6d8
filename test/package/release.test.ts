import { expect, test } from "vitest";
import { textOf } from "../support/repo.ts";

const publish = textOf(".github/workflows/publish.yml");
const ci = textOf(".github/workflows/ci.yml");

test("a release runs everything first, from a fresh checkout, with a provenance and without a token", () => {
  expect(ci).toContain("- run: .ci/run");
  expect(publish).toContain("uses: ./.github/workflows/ci.yml");
  expect(publish).toMatch(/^ {4}needs: test$/m);
  expect(publish).toContain("id-token: write");
  expect(publish).toMatch(/npm publish --provenance/);
  expect(publish.indexOf("npm run build")).toBeLessThan(publish.indexOf("npm publish"));
  expect(`${publish}${ci}`).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN|registry-url/);
});

test("nothing but the publishing job may ask for an identity", () => {
  expect(publish.match(/id-token: write/g)).toHaveLength(1);
  expect(ci).not.toContain("id-token");
  for (const text of [publish, ci]) expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
});

test("a version has its entry in the changelog, or is in the making", () => {
  const { version } = JSON.parse(textOf("package.json")) as { version: string };
  const headings = [...textOf("CHANGELOG.md").matchAll(/^## \[(.+?)\]/gm)].map(([, name]) => name);
  expect(headings.some((name) => name === version || name === "Unreleased")).toBe(true);
});
