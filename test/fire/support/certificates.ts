import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Whether certificates can be made. Without it the tests are skipped, but never in CI. */
export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) {
  const text = "openssl is missing";
  if (process.env["CI"]) throw new Error(text);
  console.warn(`\n*** SKIPPING the tests of certificates: ${text} ***\n`);
}

/** What a certificate says. */
export interface Wanted {
  /** The common name; none if absent. */
  readonly cn?: string;
  /** Subject alternative names, such as `DNS:a.example.org` or `IP:127.0.0.1`. */
  readonly names?: string;
  /** Whose word it is: the name of an authority made before, or `"self"`. Default `"authority"`. */
  readonly by?: string;
  readonly expired?: boolean;
  /** More lines of extensions. */
  readonly extensions?: readonly string[];
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes certificates in a folder. */
export class Authority {
  readonly #folder: string;

  /** With the authorities `authority`, and `stranger`, whom nobody knows. */
  constructor(folder: string) {
    this.#folder = folder;
    const extensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
    for (const cn of ["authority", "stranger"]) this.make(cn, { cn, by: "self", extensions });
  }

  /** The certificate of an authority, for `ca`. */
  trusted(name = "authority"): string {
    return this.#read(`${name}.crt`);
  }

  make(file: string, { cn, names, by = "authority", expired = false, extensions = [] }: Wanted): Certificate {
    const lines = [...extensions];
    if (names !== undefined) lines.push(`subjectAltName=${names}`);
    if (!lines.some((line) => line.startsWith("basicConstraints"))) lines.push("basicConstraints=critical,CA:FALSE");
    writeFileSync(this.#path(`${file}.ext`), lines.join("\n"));
    const subject = cn === undefined ? "/O=nobody" : `/CN=${cn}`;
    this.#run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${file}.key`);
    this.#run("req", "-new", "-key", `${file}.key`, "-subj", subject, "-out", `${file}.csr`);
    const signer = by === "self" ? ["-signkey", `${file}.key`] : ["-CA", `${by}.crt`, "-CAkey", `${by}.key`];
    const days = ["-days", expired ? "-1" : "2", "-extfile", `${file}.ext`];
    this.#run("x509", "-req", "-in", `${file}.csr`, ...signer, ...days, "-out", `${file}.crt`);
    return { cert: this.#read(`${file}.crt`), key: this.#read(`${file}.key`) };
  }

  #path(file: string): string {
    return join(this.#folder, file);
  }

  #read(file: string): string {
    return readFileSync(this.#path(file), "utf8");
  }

  #run(...args: string[]): void {
    execFileSync("openssl", args, { cwd: this.#folder, stdio: "pipe" });
  }
}
