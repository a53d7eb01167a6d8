// Every public signature of "scopelog", as a user's compiler sees it. Compiled with our own sources by `npm run
// typecheck`, and with the packed package by each compiler in consumers.test.ts. Nothing here is ever run.
import {
  type allFields,
  type BudgetConfig,
  type By,
  type Censor,
  type Code,
  type Config,
  type Configuration,
  type ConsoleHandlerOptions,
  type ConsoleLike,
  type ConsoleMethod,
  type Context,
  callbackHandler,
  type codes,
  configure,
  consoleHandler,
  copyRecord,
  countDropped,
  createRecord,
  createRegistry,
  currentLogger,
  type DedupeOptions,
  dedupe,
  type defaultRegistry,
  deliver,
  type EmitterLike,
  type EndEvent,
  type EndLike,
  type EndReason,
  type ErrorParts,
  errorParts,
  type Fields,
  type Filter,
  type FilterLike,
  type ForgottenConfig,
  type ForgottenReport,
  type Formatter,
  type FormatterLike,
  type Frame,
  getLogger,
  getScoped,
  type Handler,
  type HandlerOptions,
  isLevelName,
  type JsonFormatterOptions,
  type JsonLimits,
  type JsonProfileName,
  jsonFormatter,
  type LazyMessage,
  type LevelName,
  type LevelSetting,
  type LogfmtFormatterOptions,
  type Logger,
  type LoggerConfig,
  type LoggerLike,
  type LogMethod,
  type LogRecord,
  type LogSource,
  type levelName,
  levelNames,
  levelNumber,
  logfmtFormatter,
  type MemoryHandler,
  type MemoryHandlerOptions,
  memoryHandler,
  multiFilter,
  multiHandler,
  nullContext,
  nullFilter,
  nullFormatter,
  nullHandler,
  nullTransport,
  type OpenEvent,
  type Outcome,
  type Problem,
  type ProblemListener,
  patternFormatter,
  type RateLimitOptions,
  type RecordInit,
  type RedactOptions,
  type Registry,
  type RegistryStats,
  rateLimit,
  redact,
  type SampleOptions,
  type ScopedLogger,
  type ScopeInfo,
  ScopelogError,
  type ScopeOptions,
  sample,
  secretKeys,
  type shutdown,
  type TargetLike,
  type TextFormatterOptions,
  type Transport,
  textFormatter,
  type ViewOptions,
} from "scopelog";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Refuses to compile unless `T` is true. */
declare function proves<T extends true>(): void;
type Extends<A, B> = [A] extends [B] ? true : false;

declare const error: Error;
declare const thrown: unknown;
declare const record: LogRecord;
declare const registry: Registry;
declare const handler: Handler;

export function loggers(): void {
  const log = getLogger("a");
  proves<Equal<typeof log, Logger>>();
  proves<Equal<ReturnType<typeof currentLogger>, Logger>>();
  getLogger();
  // @ts-expect-error a name is a string
  getLogger(1);

  // A logger is for ever: `using` takes scopes only.
  // @ts-expect-error not disposable
  using _never = getLogger();
  // @ts-expect-error nor is a view
  using _view = log.with({ a: 1 });
  // @ts-expect-error nor a child
  using _child = log.getChild("b");
  // @ts-expect-error nor the ambient one
  using _current = currentLogger();
  proves<Equal<Extends<Logger, Disposable>, false>>();
  proves<Equal<Extends<Logger, AsyncDisposable>, false>>();

  // The forms of a call, the same for every level and for `log`.
  proves<Equal<Logger["trace"], LogMethod>>();
  for (const level of levelNames) {
    const method = log[level];
    proves<Equal<typeof method, LogMethod>>();
    method("message");
    method("message", { peer: "a", count: 1, nested: { a: [1] }, lazy: () => 1 });
    method("message", error);
    method("message", thrown, { peer: "a" });
    method(error);
    method(error, { peer: "a" });
    method(() => "message");
    method(() => ["message", { peer: "a" }]);
    // @ts-expect-error a message is needed
    method();
    // @ts-expect-error a message is a string
    method(1);
    // @ts-expect-error fields alone say nothing
    method({ peer: "a" });
    // @ts-expect-error the fields of an error are an object
    method(error, "peer");
    // @ts-expect-error what is returned is a message, or a message with fields
    method(() => 1);
    // @ts-expect-error of a lazy message, too, the fields are an object
    method(() => ["message", 1]);
  }
  log.log("info", "message", { a: 1 });
  log.log(35, "message", thrown, { a: 1 });
  log.log("warn", error, { a: 1 });
  log.log("debug", () => ["message", { a: 1 }]);
  // @ts-expect-error no such level
  log.log("verbose", "message");
  // @ts-expect-error "off" is a threshold, not a level
  log.log("off", "message");
  // @ts-expect-error a level alone
  log.log("info");

  log.level = "off";
  log.level = "debug";
  // @ts-expect-error no such level
  log.level = "loud";
  // @ts-expect-error the name is for ever
  log.name = "b";
  // @ts-expect-error fields are not changed
  log.fields["a"] = 1;
  proves<Equal<ReturnType<Logger["isEnabled"]>, boolean>>();
  log.isEnabled(35);
  // @ts-expect-error no such level
  log.isEnabled("verbose");
  proves<Equal<ReturnType<Logger["with"]>, Logger>>();
  log.with({ a: 1 }, { level: "trace" } satisfies ViewOptions);
  // @ts-expect-error fields are an object
  log.with("a");
  proves<Equal<ReturnType<Logger["getChild"]>, Logger>>();
  proves<Equal<ReturnType<Logger["scope"]>, ScopedLogger>>();
  log.scope("inner", { a: 1 }, { level: "debug", buffer: { until: "error" } });
  // @ts-expect-error the parent of an inner scope is this one
  log.scope("inner", {}, { parent: log });

  // What libraries ask for.
  proves<Extends<Logger, LoggerLike>>();
  proves<Extends<ScopedLogger, LoggerLike>>();
  const lazy: LazyMessage = () => ["message", { a: 1 }];
  log.info(lazy);
}

export async function scopes(end: EmitterLike, target: TargetLike, signal: AbortSignalOfAnyLib): Promise<void> {
  using log = getScoped("conn", { peer: "a" }, { level: "debug" });
  proves<Equal<typeof log, ScopedLogger>>();
  await using other = getScoped("conn");
  using _inner = log.scope("inner");
  using _fork = other.fork();
  proves<Extends<ScopedLogger, Disposable & AsyncDisposable & Logger>>();
  // @ts-expect-error a scope has a name
  getScoped();
  // @ts-expect-error fields are an object
  getScoped("conn", 1);
  // @ts-expect-error no such option
  getScoped("conn", {}, { handler });
  const options: ScopeOptions = {
    handlers: [handler],
    level: "off",
    propagate: false,
    parent: log,
    buffer: { until: "error", limit: 10 },
    summary: "info",
  };
  getScoped("conn", {}, options).dispose();
  // @ts-expect-error a buffer has a level until which it holds
  getScoped("conn", {}, { buffer: {} });
  // @ts-expect-error "off" is no level at which a record could come
  getScoped("conn", {}, { buffer: { until: "off" } });

  // `use` returns what it was given, with its own type.
  const memory = log.use(memoryHandler());
  proves<Equal<typeof memory, MemoryHandler>>();
  const own = log.use({ handle(_record: LogRecord) {}, mine: 1 });
  proves<Equal<typeof own.mine, number>>();
  // @ts-expect-error not a handler
  log.use({});
  log.addHandler(handler);
  log.removeHandler(handler);
  // @ts-expect-error not a handler
  log.addHandler(() => {});

  proves<Equal<typeof log.id, string>>();
  proves<Equal<typeof log.disposed, boolean>>();
  proves<Equal<typeof log.outcome, Outcome>>();
  proves<Equal<Outcome, "ok" | "error" | "unknown">>();
  // @ts-expect-error read-only
  log.id = "conn#1";
  log.ok({ rows: 1 });
  log.fail(thrown, { rows: 1 });
  log.fail();

  // `until` takes whatever ends, and returns the same logger.
  proves<Equal<Parameters<ScopedLogger["until"]>, [end: EndLike]>>();
  const bound: ScopedLogger = log.until(end).until(target).until(signal).until(Promise.resolve(1));
  bound.until({ getReader() {} });
  bound.until({ getWriter() {} });
  bound.until({ body: null, bodyUsed: false });
  // @ts-expect-error nothing that ends
  bound.until({});
  // @ts-expect-error nothing that ends
  bound.until(1000);

  const number = log.run(() => 1);
  proves<Equal<typeof number, number>>();
  const promised = log.run(async () => "a");
  proves<Equal<typeof promised, Promise<string>>>();
  proves<Equal<ReturnType<ScopedLogger["fork"]>, ScopedLogger>>();
  proves<Equal<ReturnType<ScopedLogger["dispose"]>, void>>();
  proves<Equal<ReturnType<ScopedLogger["close"]>, Promise<void>>>();
}

/** An `AbortSignal` as far as it matters: the libraries of a bare consumer have none. */
interface AbortSignalOfAnyLib extends TargetLike {
  readonly aborted: boolean;
}

export async function configurations(): Promise<void> {
  const loggers: Record<string, LoggerConfig> = {
    "": { level: "info", handlers: ["console"], propagate: true, filters: [nullFilter, () => true] },
  };
  const forgotten: ForgottenConfig = { report: (report: ForgottenReport) => report.count, origin: "sampled" };
  const budget: BudgetConfig = { transports: 10, scopes: 10, bufferBytes: 10 };
  const onError: ProblemListener = ({ code, message, count, cause }: Problem) => [code, message, count, cause];
  const config: Config = {
    loggers,
    handlers: { console: consoleHandler() },
    fields: { service: "shop", now: () => 1 },
    context: nullContext,
    forgotten,
    budget,
    env: true,
    onError,
  };
  using configuration = configure(config);
  proves<Equal<typeof configuration, Configuration>>();
  await using _waited = configure({});
  proves<Equal<ReturnType<Configuration["flush"]>, Promise<void>>>();
  proves<Equal<ReturnType<Configuration["close"]>, Promise<void>>>();
  proves<Equal<ReturnType<typeof shutdown>, Promise<void>>>();
  // @ts-expect-error no such key
  configure({ sinks: {} });
  // @ts-expect-error no such level
  configure({ loggers: { "": { level: "loud" } } });
  // @ts-expect-error handlers are objects
  configure({ handlers: { console: () => {} } });
  // @ts-expect-error none of the three
  configure({ forgotten: { origin: "often" } });
  // @ts-expect-error a configuration is needed
  configure();
}

export function registries(): void {
  proves<Equal<ReturnType<typeof defaultRegistry>, Registry>>();
  createRegistry();
  createRegistry({ env: true });
  proves<Equal<ReturnType<typeof createRegistry>, Registry>>();
  proves<Equal<ReturnType<Registry["getScoped"]>, ScopedLogger>>();
  proves<Equal<ReturnType<Registry["getLogger"]>, Logger>>();
  proves<Equal<ReturnType<Registry["currentLogger"]>, Logger>>();
  proves<Equal<ReturnType<Registry["configure"]>, Configuration>>();
  proves<Equal<ReturnType<Registry["shutdown"]>, Promise<void>>>();
  proves<Equal<ReturnType<Registry["stats"]>, RegistryStats>>();
  proves<Equal<ReturnType<Registry["sweep"]>, number>>();
  proves<Equal<RegistryStats[keyof RegistryStats], number>>();
  for (const info of registry.scopes()) {
    proves<Equal<typeof info, ScopeInfo>>();
    proves<Equal<typeof info.parent, string | undefined>>();
    // @ts-expect-error what is told is not changed
    info.age = 1;
  }
  const concerned: number = registry.setLevel("conn#17", "debug") + registry.setLevel("conn.*", undefined);
  // @ts-expect-error no such level
  registry.setLevel("conn", "loud");
  // @ts-expect-error a level is needed, or undefined
  registry.setLevel("conn");
  // @ts-expect-error a registry has no end of its own: `shutdown()`
  using _registry = createRegistry();
  void concerned;
}

export function levels(name: string): void {
  proves<Equal<LevelName, "trace" | "debug" | "info" | "warn" | "error" | "fatal">>();
  proves<Equal<LevelSetting, LevelName | "off">>();
  proves<Equal<typeof levelNames, readonly LevelName[]>>();
  proves<Equal<ReturnType<typeof levelName>, LevelName>>();
  proves<Equal<ReturnType<typeof levelNumber>, number>>();
  levelNumber("off");
  // @ts-expect-error no such level
  levelNumber("loud");
  if (isLevelName(name)) proves<Equal<typeof name, LevelName>>();
  // @ts-expect-error the list is for all
  levelNames.push("info");
}

export function errors(): void {
  const refused = new ScopelogError("ERR_SCOPELOG_OPTION", "text", { cause: thrown });
  proves<Equal<typeof refused.code, Code>>();
  proves<Extends<ScopelogError, TypeError>>();
  proves<Extends<"ERR_SCOPELOG_LEVEL" | "SCOPELOG_WARN_FORGOTTEN", Code>>();
  proves<Equal<(typeof codes)[number], Code>>();
  // @ts-expect-error no such code
  new ScopelogError("ERR_SCOPELOG_NONE", "text");
}

export function handlers(): void {
  const options: HandlerOptions = { level: "warn", filter: (one) => one.levelNumber > 30 };
  const methods: ConsoleLike = { debug() {}, log() {}, info() {}, warn() {}, error() {} };
  proves<Equal<ConsoleMethod, keyof ConsoleLike>>();
  consoleHandler({ ...options, console: methods, formatter: jsonFormatter() } satisfies ConsoleHandlerOptions);
  proves<Equal<ReturnType<typeof consoleHandler>, Handler>>();
  const memory = memoryHandler([], { ...options, limit: 10 } satisfies MemoryHandlerOptions);
  proves<Equal<typeof memory.records, LogRecord[]>>();
  callbackHandler((one) => proves<Equal<typeof one, LogRecord>>(), options);
  // @ts-expect-error a callback is needed
  callbackHandler();
  proves<Equal<ReturnType<typeof multiHandler>, Handler>>();
  multiHandler([nullHandler(), handler]);
  deliver(handler, record);
  countDropped(2);
  const transport: Transport = nullTransport("udp://127.0.0.1:514");
  proves<Equal<ReturnType<Transport["write"]>, boolean>>();
  proves<Extends<Transport, Disposable>>();
  transport.write("line");

  // Users' own, with the least and with everything.
  const least: Handler = { handle() {} };
  class Everything implements Handler, Disposable, AsyncDisposable {
    readonly level = "info";
    readonly filter = nullFilter;
    readonly resource: Disposable = { [Symbol.dispose]() {} };
    handle(_one: LogRecord): void {}
    flush(): Promise<void> {
      return Promise.resolve();
    }
    [Symbol.dispose](): void {}
    [Symbol.asyncDispose](): Promise<void> {
      return Promise.resolve();
    }
  }
  multiHandler([least, new Everything()]);
  // @ts-expect-error `handle` takes a record, not a text
  const _wrong: Handler = { handle(_line: string) {} };
}

export function formatters(): void {
  const json: JsonFormatterOptions = {
    profile: "native" satisfies JsonProfileName,
    limits: { depth: 3 } satisfies Partial<JsonLimits>,
    base: null,
  };
  const made: Formatter[] = [
    jsonFormatter(json),
    logfmtFormatter({} satisfies LogfmtFormatterOptions),
    textFormatter({} satisfies TextFormatterOptions),
    patternFormatter("%time %level %message"),
    nullFormatter,
  ];
  // @ts-expect-error no such profile
  jsonFormatter({ profile: "xml" });
  // @ts-expect-error a pattern is needed
  patternFormatter();
  const like: FormatterLike = (one) => `${one.time} ${one.message}`;
  const parts: ErrorParts = errorParts(thrown);
  // @ts-expect-error a formatter makes a text
  const _number: FormatterLike = () => 1;
  void [made, like, parts];
}

export function filters(): void {
  const by: By = (one) => one.logger;
  const censor: Censor = "[secret]";
  const made: Filter[] = [
    redact(["password", "*.token"]),
    redact({ keys: [...secretKeys, "salary"] }),
    redact({ paths: ["password"], censor } satisfies RedactOptions),
    sample({ rate: 0.5, by } satisfies SampleOptions),
    rateLimit({ limit: 10, perMs: 1000, by } satisfies RateLimitOptions),
    dedupe({ windowMs: 1000, by } satisfies DedupeOptions),
    multiFilter([nullFilter, () => true]),
  ];
  const like: FilterLike = (one) => copyRecord(one, { message: "changed" });
  // @ts-expect-error true, false or another record
  const _text: FilterLike = () => "yes";
  // @ts-expect-error paths are a list
  redact("password");
  // @ts-expect-error neither says how many
  rateLimit({});
  void [made, like];
}

export function records(frame: Frame, context: Context): void {
  const init: RecordInit = { time: 1, levelNumber: 30, message: "a", fields: { a: 1 }, error: thrown, scope: "conn#1" };
  proves<Equal<ReturnType<typeof createRecord>, LogRecord>>();
  proves<Equal<ReturnType<typeof copyRecord>, LogRecord>>();
  proves<Equal<ReturnType<typeof allFields>, Fields>>();
  createRecord();
  createRecord(init);
  // @ts-expect-error no such part
  createRecord({ msg: "a" });
  proves<Equal<typeof record.level, LevelName>>();
  proves<Equal<typeof record.fields, Fields | undefined>>();
  proves<Equal<typeof record.source, LogSource>>();
  proves<Equal<typeof record.scope, string | undefined>>();
  // @ts-expect-error records are shared by all handlers
  record.message = "b";

  // What the channels publish.
  proves<Equal<EndEvent["reason"], EndReason>>();
  proves<Equal<OpenEvent["parent"], string | undefined>>();
  const result = context.run(frame, () => 1);
  proves<Equal<typeof result, number>>();
  proves<Equal<ReturnType<Context["current"]>, Frame | undefined>>();
}
