import * as scopelog from "scopelog";
import { expect, test } from "vitest";
import { textOf } from "../support/repo.ts";

// The public names of "scopelog". Adding one is a promise, and taking one away breaks programs: change them on purpose.
const functionsAndValues = `
  ScopelogError allFields callbackHandler codes configure consoleHandler copyRecord countDropped createRecord
  createRegistry currentLogger dedupe defaultRegistry deliver errorParts getLogger getScoped isLevelName
  jsonFormatter levelName levelNames levelNumber logfmtFormatter memoryHandler multiFilter multiHandler
  nullContext nullFilter nullFormatter nullHandler nullTransport patternFormatter rateLimit redact sample
  secretKeys shutdown textFormatter
`;
const types = `
  BudgetConfig By Censor Code Config Configuration ConsoleHandlerOptions ConsoleLike ConsoleMethod Context
  DedupeOptions EmitterLike EndEvent EndLike EndReason ErrorParts Fields Filter FilterLike ForgottenConfig
  ForgottenReport Formatter FormatterLike Frame Handler HandlerOptions JsonFormatterOptions JsonLimits
  JsonProfileName LazyMessage LevelName LevelSetting LogMethod LogRecord LogSource LogfmtFormatterOptions Logger
  LoggerConfig LoggerLike MemoryHandler MemoryHandlerOptions OpenEvent Outcome Problem ProblemListener
  RateLimitOptions RecordInit RedactOptions Registry RegistryStats SampleOptions ScopeInfo ScopeOptions
  ScopedLogger TargetLike TextFormatterOptions Transport ViewOptions
`;

const words = (text: string) => text.trim().split(/\s+/).filter(Boolean).sort();

test("the values of scopelog are these", () => {
  expect(Object.keys(scopelog).sort()).toEqual(words(functionsAndValues));
});

test("the types of scopelog are these", () => {
  const listed = [...textOf("src/index.ts").matchAll(/export\s+(type\s+)?\{([^}]*)\}/g)].flatMap(([, all, names]) =>
    (names as string).split(",").flatMap((entry) => {
      const [, one, name] = /^\s*(type\s+)?(\w+)/.exec(entry) ?? [];
      return name !== undefined && (all !== undefined || one !== undefined) ? [name] : [];
    }),
  );
  expect(listed.sort()).toEqual(words(types));
});
