import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { root } from "../../../support/repo.ts";
import type { Outcome } from "../children/outcome.ts";

const folder = `${root}.build/fire-faults-${process.pid}`;
const bundles = new Map<string, Promise<string>>();

/** The program `children/<name>.ts`, with the sources of the library in it. */
export function bundleOf(name: string): Promise<string> {
  const known = bundles.get(name);
  if (known !== undefined) return known;
  const outfile = `${folder}/${name}.mjs`;
  const made = build({
    entryPoints: [`${root}test/fire/faults/children/${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    external: ["unix-dgram"],
    logLevel: "error",
  }).then(() => outfile);
  bundles.set(name, made);
  return made;
}

export { folder as buildFolder };

/** Says that something is skipped, and why; in CI it fails instead. */
export function skipLoudly(what: string, why: string): void {
  if (process.env["CI"]) throw new Error(`${what}: ${why}`);
  console.warn(`\n*** SKIPPING ${what}: ${why} ***\n`);
}

let library: string | undefined;

/** The library that makes calls fail; undefined where it cannot be compiled. */
export function faultLibrary(): string | undefined {
  if (library !== undefined) return library;
  mkdirSync(folder, { recursive: true });
  const made = `${folder}/faults.so`;
  try {
    const source = `${root}test/fire/faults/faults.c`;
    execFileSync("cc", [
      "-O2",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-shared",
      "-fPIC",
      "-o",
      made,
      source,
      "-ldl",
      "-lpthread",
    ]);
    library = made;
  } catch (error) {
    skipLoudly("the calls that fail", `faults.c cannot be compiled (Debian: gcc libc6-dev): ${error}`);
  }
  return library;
}

/** How a child has ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of node's, in which the calls fail as it asks for. */
export async function runFaulty(name: string, ...args: string[]): Promise<Ended> {
  const program = await bundleOf(name);
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, LD_PRELOAD: faultLibrary() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const timer = setTimeout(() => child.kill("SIGKILL"), 300_000);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...output });
    });
  });
}

/** What a child with many cases has found. */
export interface Findings {
  readonly outcomes: readonly Outcome[];
  readonly crashes: readonly string[];
}

/** Runs a part of the cases of a program. */
export async function findings(name: string, ...args: string[]): Promise<Findings> {
  const { code, signal, stdout, stderr } = await runFaulty(name, ...args);
  if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Findings;
}

/**
 * A certificate of its own authority, for 127.0.0.1 and the names of the cases; undefined without openssl.
 * @param expired whether it was good until yesterday
 */
export function certificate(expired = false): { readonly cert: string; readonly key: string } | undefined {
  mkdirSync(folder, { recursive: true });
  const stem = `${folder}/${expired ? "expired" : "good"}`;
  const [cert, key, request, names] = [`${stem}.pem`, `${stem}.key`, `${stem}.csr`, `${stem}.ext`];
  if (existsSync(cert)) return { cert, key };
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const signed = ["-req", "-in", request, "-signkey", key, "-extfile", names, "-out", cert];
  writeFileSync(names, "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.faults.test\n");
  try {
    openssl("req", "-new", ...curve, "-keyout", key, "-subj", "/CN=localhost", "-out", request);
    try {
      openssl("x509", ...signed, "-days", expired ? "-1" : "30");
    } catch {
      // Newer versions want it said so.
      openssl("x509", ...signed, "-not_before", "20200101000000Z", "-not_after", "20210101000000Z");
    }
    return { cert, key };
  } catch (error) {
    skipLoudly("TLS under faults", String(error));
    return undefined;
  }
}
