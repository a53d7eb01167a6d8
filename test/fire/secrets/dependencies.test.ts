import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { root, textOf } from "../../support/repo.ts";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly peer?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(textOf("package.json")) as {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>;
};
const lock = JSON.parse(textOf("package-lock.json")) as {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
};

/** All that is locked, but for the package itself. */
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");
/** What a user gets: neither for development nor a peer, which the user has or has not. */
const production = locked.filter(
  ([, { dev, devOptional, peer, optional }]) => !dev && !devOptional && !peer && !optional,
);

/** What the licence of a dependency may be, so that it asks no more of a user than ours. */
const licences = ["0BSD", "MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];

/** What npm runs by itself in the folder of a user. */
const installScripts = ["preinstall", "install", "postinstall", "prepare"];

describe("what a user gets with the package", () => {
  test("is tslib, which needs nothing", () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(["tslib"]);
    expect(production.map(([path]) => path)).toEqual(["node_modules/tslib"]);
    expect(production.map(([, { dependencies }]) => dependencies)).toEqual([undefined]);
  });

  test("runs no script when it is installed", () => {
    // `prepare` runs where the package is made, and for who installs from git.
    const own = Object.keys(manifest.scripts ?? {}).filter(
      (name) => installScripts.includes(name) && name !== "prepare",
    );
    expect(own).toEqual([]);
    expect(production.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
    for (const [path] of production) {
      const { scripts = {} } = JSON.parse(readFileSync(`${root}${path}/package.json`, "utf8")) as typeof manifest;
      expect(Object.keys(scripts).filter((name) => installScripts.includes(name))).toEqual([]);
    }
  });

  test("has licences that ask no more than ours", () => {
    for (const [path, { license }] of production) expect(licences, path).toContain(license);
  });

  test("leaves every peer to the user", () => {
    const peers = Object.keys(manifest.peerDependencies ?? {});
    expect(peers.filter((name) => manifest.peerDependenciesMeta?.[name]?.optional !== true)).toEqual([]);
    expect(Object.keys(manifest.peerDependenciesMeta ?? {}).filter((name) => !peers.includes(name))).toEqual([]);
  });
});

describe("the lockfile", () => {
  test("has the checksum of every package, in SHA-512", () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(locked.length).toBeGreaterThan(100);
    const bad = locked.filter(
      ([, { link, integrity }]) => link !== true && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ""),
    );
    expect(bad.map(([path]) => path)).toEqual([]);
  });

  test("names no host: packages come from the registry that is set", () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    const asked = Object.values(lock.packages).flatMap(({ dependencies = {} }) => Object.entries(dependencies));
    expect(asked.filter(([, range]) => /^(?:https?|git|ssh|file|github)\b.*:/.test(range))).toEqual([]);
  });

  test("has the versions that the manifest asks for", () => {
    expect(lock.packages[""]?.dependencies).toEqual(manifest.dependencies);
  });
});
