import { execFile, execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { noteFigure } from "../support/figure.ts";
import { buildFolder, bundleOf, certificate, skipLoudly } from "./support/child.ts";

afterAll(() => rmSync(buildFolder, { recursive: true, force: true }));

/** Namespaces of its own for users, networks, and mounts, and a place for files. */
const apart = ["-rnm", "sh", "-c", 'mount -t tmpfs tmpfs /mnt && exec "$@"', "sh"];

function ableToPart(): boolean {
  try {
    execFileSync("unshare", [...apart, "sh", "-c", "ip link add one type veth peer name two && unshare -n true"], {
      stdio: "pipe",
    });
    return true;
  } catch (error) {
    skipLoudly("a link that goes down", `no network namespaces here (Debian: iproute2 util-linux): ${error}`);
    return false;
  }
}

interface Phase {
  readonly logged: number;
  readonly missing: number;
  readonly dropped: number;
  readonly unconfirmed: number;
  readonly connections: number;
}

interface Report {
  readonly near: Phase;
  readonly far: Phase;
  readonly named: Phase;
  readonly told: { readonly code: string; readonly message: string; readonly cause?: string }[];
}

const run = promisify(execFile);

async function report(transport: string): Promise<Report> {
  const [program, server] = [await bundleOf("link"), await bundleOf("server")];
  const { cert, key } = certificate() ?? {};
  const args = [...apart, process.execPath, program, server, transport];
  if (cert !== undefined && key !== undefined) args.push(cert, key);
  const { stdout } = await run("unshare", args, { timeout: 90_000, killSignal: "SIGKILL" });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Report;
}

describe.runIf(ableToPart()).concurrent("a link that goes down under load and comes up again", () => {
  test.each(["tcp", "tls", "relp"])("over %s: every line arrives", async (transport) => {
    const { near, far, named, told } = await report(transport);
    for (const phase of [near, far, named]) {
      expect(phase.logged).toBeGreaterThan(20);
      expect(phase).toMatchObject({ missing: 0, dropped: 0 });
    }
    expect(told.map(({ code }) => code).filter((code) => code !== "SCOPELOG_WARN_TRANSPORT")).toEqual([]);
    expect(told.at(-1)?.cause).toMatch(/^(EAI_AGAIN|ENOTFOUND)$/);
    noteFigure("faults", "peers that stop, crawl, break off or vanish", 3);
  });

  test("over udp: what the system refuses is counted, and later lines arrive", async () => {
    const { near, far, named, told } = await report("udp");
    expect(near.dropped).toBeGreaterThan(50);
    expect(near.missing).toBeLessThanOrEqual(near.dropped + near.unconfirmed);
    expect(far.logged).toBeGreaterThan(20);
    expect(named).toMatchObject({ missing: 0 });
    expect(
      told
        .map(({ code, cause }) => `${code} ${cause ?? ""}`)
        .slice(0, 2)
        .sort(),
    ).toEqual(["SCOPELOG_WARN_DROPPED ", "SCOPELOG_WARN_TRANSPORT ENETUNREACH"]);
    noteFigure("faults", "peers that stop, crawl, break off or vanish", 3);
  });
});
