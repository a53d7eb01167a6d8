/** What `LOG_FORMAT` may be: `text`, `logfmt`, `json`, or `json:` and one of the profiles of `jsonFormatter`. */
export const envFormats = [
  "text",
  "logfmt",
  "json",
  "json:native",
  "json:pino",
  "json:ecs",
  "json:gcp",
  "json:datadog",
] as const;

/** One of the formats above. */
export type EnvFormat = (typeof envFormats)[number];

/** The format of handlers that were given none, if the environment says so: apart from the formatters it stands for. */
interface EnvFormatInForce {
  /** Undefined: every handler keeps its own default. */
  current: EnvFormat | undefined;
  /** How many registries have a configuration in force that reads the environment. */
  readers: number;
}

// A handler and the registry it is in may be from two copies of the package.
const key = Symbol.for("scopelog/format@1");
const shared = globalThis as { [key]?: EnvFormatInForce };

/** What is in force in this process. */
export const envFormat: Readonly<EnvFormatInForce> = (shared[key] ??= { current: undefined, readers: 0 });

/** Puts what the environment says in force, until as many have left as have entered. */
export function enterEnvFormat(format: EnvFormat | undefined): void {
  const inForce = envFormat as EnvFormatInForce;
  inForce.readers++;
  inForce.current = format;
}

/** Takes back one `enterEnvFormat`. */
export function leaveEnvFormat(): void {
  const inForce = envFormat as EnvFormatInForce;
  if (--inForce.readers === 0) inForce.current = undefined;
}
