// One rule of behaviour broken by each: `search` is found once in `file`, and one of `tests` must fail.
const cell = "src/lifetime/cell.ts";
const lease = "src/lifetime/lease.ts";
const disposal = "src/lifetime/disposal.ts";
const ownership = "src/lifetime/ownership.ts";
const end = "src/logger/scope-end.ts";
const scoped = "src/logger/scoped-logger-impl.ts";
const registry = "src/logger/registry-impl.ts";
const emit = "src/logger/emit.ts";
const base = "src/logger/base-logger.ts";
const deliver = "src/handler/deliver.ts";
const until = "src/logger/until.ts";
const held = "src/handler/until-error-buffer.ts";
const remembered = "src/record/error-fields.ts";
const extras = "src/logger/scope-extras.ts";
const settings = "src/tree/settings.ts";

const cells = ["test/lifetime/cell.test.ts"];
const leases = ["test/lifetime/lease.test.ts"];
const ends = ["test/logger/ends.test.ts"];
const lates = ["test/logger/late.test.ts"];
const scopes = ["test/logger/scopes.test.ts"];
const levels = ["test/logger/levels.test.ts"];
const calls = ["test/logger/log-calls.test.ts"];
const delivery = ["test/logger/delivery.test.ts"];
const owners = ["test/logger/ownership.test.ts"];
const configures = ["test/logger/configure.test.ts"];
const forgotten = ["test/logger/forgotten.test.ts"];
const tree = ["test/tree/settings.test.ts", "test/tree/config.test.ts"];
const programs = ["test/logger/programs.test.ts"];
const reclaim = ["test/reclaim/reclaim.test.ts"];
const untils = ["test/logger/until.test.ts"];
const ambients = ["test/logger/ambient.test.ts"];
const buffers = ["test/logger/buffer.test.ts"];
const summaries = ["test/logger/summary.test.ts"];

export const mutants = [
  // One way out, once.
  {
    name: "a scope that has ended counts as live",
    file: cell,
    search: "  slot.index = -1;\n",
    replace: "",
    tests: cells,
  },
  {
    name: "the gap in the ledger is filled with the wrong slot",
    file: cell,
    search: "last.index = index;",
    replace: "",
    tests: cells,
  },
  {
    name: "a finalizer may throw",
    file: cell,
    search: "  } catch {\n    // Everything",
    replace: "  } catch (error) {\n    if (error !== undefined) throw error;\n    // Everything",
    tests: cells,
  },
  {
    name: "an ended cell keeps its tenant",
    file: cell,
    search: "  anchor.tenant = undefined;\n  if (!handOn)",
    replace: "  if (!handOn)",
    tests: cells,
  },
  {
    name: "an ended cell keeps what was to be closed",
    file: cell,
    search: "  slot.estate = undefined;\n  return true;",
    replace: "  return true;",
    tests: cells,
  },
  {
    name: "the pool never shrinks",
    file: cell,
    search: "if (unused > 0) pool =",
    replace: "if (unused > Infinity) pool =",
    tests: cells,
  },
  {
    name: "the pool is emptied with every collection",
    file: cell,
    search: "const unused = Math.min(leastPooled, pool.length - poolFloor);",
    replace: "const unused = 2 * pool.length;",
    tests: cells,
  },
  {
    name: "resources of collected scopes stay open",
    file: cell,
    search: "if (estate !== undefined) disposeAll(",
    replace: "if (estate === undefined) disposeAll([], () => {}); else if (ledger === undefined) disposeAll(",
    tests: reclaim,
  },
  {
    name: "a sweep looks at the first slot only",
    file: cell,
    search: "index >= 0 && ended < limit",
    replace: "index >= ledger.live.length - 1 && ended < limit",
    tests: cells,
  },
  {
    name: "a cell is handed on though others hold it",
    file: end,
    search: "closeCell(anchor, reason, holder.anchor === anchor && (extras === undefined || extras.holders === 1));",
    replace: "closeCell(anchor, reason, true);",
    tests: ends,
  },
  {
    name: "a cell is never handed on",
    file: cell,
    search: "  if (!handOn) return;\n",
    replace: "  if (handOn || !handOn) return;\n",
    tests: cells,
  },
  {
    name: "an ended scope holds on to its cell",
    file: end,
    search: "  holder.anchor = undefined;\n  const owned",
    replace: "  const owned",
    tests: ends,
  },
  {
    name: "an ended fork holds on to its cell",
    file: end,
    search: "    extras.holders--;\n    holder.anchor = undefined;\n",
    replace: "    extras.holders--;\n",
    tests: programs,
  },
  {
    name: "the first holder's end is everybody's",
    file: end,
    search: "if (extras.holders > 1) {",
    replace: "if (extras.holders > 99) {",
    tests: ends,
  },
  {
    name: "a scope that ends in its last line ends another one",
    file: end,
    search: "  if (!livesIn(anchor.slot, holder)) return undefined;\n",
    replace: "",
    tests: ends,
  },
  {
    name: "handlers of an ended scope keep their owner",
    file: end,
    search: "  for (const handler of owned ?? []) disclaim(handler);\n",
    replace: "",
    tests: owners,
  },
  {
    name: "handlers of an ended scope still get lines",
    file: "src/logger/scope-extras.ts",
    search: "extras.handlers = extras.owned = noHandlers;",
    replace: "extras.owned = noHandlers;",
    tests: scopes,
  },
  {
    name: "a shutdown forgets the scopes",
    file: registry,
    search: "ends.push(scope.shutDown(anchor));",
    replace: "void scope;",
    tests: ends,
  },
  {
    name: "a shutdown does not wait",
    file: registry,
    search: "    await Promise.all(ends);\n",
    replace: "",
    tests: ends,
  },
  {
    name: "a shutdown leaves the configurations",
    file: registry,
    search: "while (this.#configurations.length > 0) await",
    replace: "while (this.#configurations.length > 99) await",
    tests: ends,
  },
  {
    name: "two shutdowns run at once",
    file: registry,
    search: "this.#closing ??= this.#shutDown()",
    replace: "this.#closing = this.#shutDown()",
    tests: ends,
  },

  // Closing: last first, everybody gets a turn, nothing is thrown.
  {
    name: "the first added is closed first",
    file: disposal,
    search:
      "for (let index = closables.length - 1; index >= 0; index--) disposeOne(closables[index] as Closable, onError);",
    replace: "for (const closable of closables) disposeOne(closable, onError);",
    tests: ends,
  },
  {
    name: "close() does not flush",
    file: disposal,
    search: "    await attempt(() => closable.flush?.(), onError);\n    if",
    replace: "    if",
    tests: ends,
  },
  {
    name: "close() does not wait for the close",
    file: disposal,
    search: "await attempt(() => closable[Symbol.asyncDispose]?.(), onError);",
    replace: "void attempt(() => closable[Symbol.asyncDispose]?.(), onError);",
    tests: ends,
  },
  {
    name: "what is thrown in closing is swallowed",
    file: disposal,
    search: "  } catch (error) {\n    onError(error);\n  }\n}\n\n/** Flushes and closes all",
    replace: "  } catch {}\n}\n\n/** Flushes and closes all",
    tests: ends,
  },
  {
    name: "a rejected dispose is not watched",
    file: disposal,
    search: "if (done !== undefined) Promise.resolve(done).then(undefined, onError);",
    replace: "",
    tests: ["test/lifetime/disposal.test.ts"],
  },

  // Leases: counted, shared, closed after an idle time.
  {
    name: "every lease opens a transport",
    file: lease,
    search: "if (known !== undefined) return known.take();",
    replace: "",
    tests: reclaim,
  },
  {
    name: "a transport is closed under the others' hands",
    file: lease,
    search: "if (--this.#leases > 0) return;",
    replace: "this.#leases--;",
    tests: leases,
  },
  {
    name: "a lease counts as often as it is given back",
    file: lease,
    search: "    this.#share = undefined;\n    share.giveBack();",
    replace: "    share.giveBack();",
    tests: leases,
  },
  {
    name: "the idle time goes on while it is leased again",
    file: lease,
    search: "      clearTimeout(this.#timer);\n      this.#timer = undefined;\n    }\n    this.#leases++;",
    replace: "      this.#timer = undefined;\n    }\n    this.#leases++;",
    tests: leases,
  },
  {
    name: "the idle timer keeps the process alive",
    file: lease,
    search: "(this.#timer as Unrefable).unref?.();",
    replace: "",
    tests: leases,
  },
  {
    name: "a transport is never closed",
    file: lease,
    search: "    counts.targets--;\n    this.target[Symbol.dispose]();",
    replace: "    counts.targets--;",
    tests: reclaim,
  },
  {
    name: "a transport that was replaced takes the new one out",
    file: lease,
    search: "    if (this.#shares.get(key) !== share) return false;\n",
    replace: "",
    tests: leases,
  },

  // Ownership is said where the thing is passed.
  {
    name: "a handler may have two owners",
    file: ownership,
    search: "if (owner === undefined || known.owner !== owner) return false;",
    replace: "",
    tests: owners,
  },
  {
    name: "an error over ownership keeps what was claimed",
    file: "src/logger/claim-handlers.ts",
    search: "for (const claimed of handlers.slice(0, index)) disclaim(claimed);",
    replace: "",
    tests: owners,
  },
  {
    name: "a borrowed handler is closed",
    file: scoped,
    search: "if (!extras.handlers.includes(handler)) extras.handlers = [...extras.handlers, handler];",
    replace: "this.adopt(this.anchor as Anchor, [handler]);",
    tests: owners,
  },
  {
    name: "a handler that was taken away is closed",
    file: scoped,
    search: "      extras.owned = extras.owned.filter((one) => one !== handler);\n",
    replace: "",
    tests: scopes,
  },
  {
    name: "the resource of a handler that was taken away is closed",
    file: scoped,
    search: "estate.resources = estate.resources.filter((one) => one !== handler.resource);",
    replace: "void estate;",
    tests: forgotten,
  },
  {
    name: "a handler that was borrowed and used takes a line twice",
    file: scoped,
    search: "...extras.handlers.filter((known) => !handlers.includes(known))",
    replace: "...extras.handlers",
    tests: delivery,
  },
  {
    name: "shared handlers are closed with the first configuration",
    file: ownership,
    search: "if (known !== single && --known.count > 0) return false;",
    replace: "",
    tests: configures,
  },
  {
    name: "a configuration that failed keeps what it claimed",
    file: registry,
    search: "for (const one of claimed) disclaim(one);",
    replace: "",
    tests: owners,
  },

  // Late lines.
  {
    name: "a late line is not marked",
    file: emit,
    search: "error, late, source);",
    replace: "error, false, source);",
    tests: lates,
  },
  {
    name: "a late line is lost",
    file: emit,
    search: "  const taken = dispatch(home, scope, plan, record);\n  if (extras.lateTold)",
    replace: "  const taken = 0 as number;\n  if (extras.lateTold)",
    tests: lates,
  },
  {
    name: "a late line is told every time",
    file: emit,
    search: "  if (extras.lateTold) return;\n  extras.lateTold = true;",
    replace: "  home.trouble = new (home.trouble.constructor as never)(home.trouble.listen(undefined));",
    tests: lates,
  },
  { name: "a late line is not counted", file: emit, search: "  home.late++;\n", replace: "", tests: lates },
  {
    name: "a line that nobody takes is not counted",
    file: emit,
    search: "  taken += handlers.length;\n  if (taken === 0) tally.dropped++;\n",
    replace: "  taken += handlers.length;\n",
    tests: lates,
  },
  {
    name: "a late line is late once",
    file: scoped,
    search: "return extras.slot === undefined || !livesIn(extras.slot, this);",
    replace: "return extras.slot !== undefined && !livesIn(extras.slot, this);",
    tests: lates,
  },
  {
    name: "a fork that is collected leaves its scope open",
    file: scoped,
    search: "return extras.slot === undefined || !livesIn(extras.slot, this);",
    replace: "return extras.slot === undefined;",
    tests: ends,
  },

  // Logging never throws, never recurses, and goes to everybody once.
  {
    name: "a scope that is collected keeps its handlers for those inside",
    file: emit,
    search: "    markEnded(extras);\n",
    replace: "",
    tests: ends,
  },
  {
    name: "a log call throws what its arguments throw",
    file: emit,
    search: "  } catch (error) {\n    tally.failed++;\n    home.trouble",
    replace: "  } catch (error) {\n    if (error !== undefined) throw error;\n    tally.failed++;\n    home.trouble",
    tests: calls,
  },
  {
    name: "a bound getter that throws costs the other fields",
    file: "src/record/fields.ts",
    search: "entries.push([key, () => fields[key]]);",
    replace: "throw new Error();",
    tests: calls,
  },
  {
    name: "a lazy message is called though it is not written",
    file: base,
    search: "  trace(first: unknown, second?: unknown, third?: unknown): void {\n",
    replace:
      '  trace(first: unknown, second?: unknown, third?: unknown): void {\n    if (typeof first === "function") first();\n',
    tests: calls,
  },
  {
    name: "a level that is none throws",
    file: base,
    search: 'return typeof number === "number" && number < OFF ? number : levelNumber("info");',
    replace: "return (number as number).valueOf();",
    tests: calls,
  },
  {
    name: "a handler that throws stops the others",
    file: deliver,
    search: "  } catch (error) {\n    failed(error, trouble);\n  } finally",
    replace: "  } finally",
    tests: delivery,
  },
  {
    name: "a line that failed is not counted",
    file: deliver,
    search: "  tally.failed++;\n",
    replace: "",
    tests: delivery,
  },
  {
    name: "a handler that rejects is not watched",
    file: deliver,
    search: "if (done !== undefined) Promise.resolve(done)",
    replace: "if (done === null) Promise.resolve(done)",
    tests: delivery,
  },
  {
    name: "a handler may log to itself",
    file: deliver,
    search: "if (busy.length > 0 && busy.includes(handler)) {",
    replace: "if (busy.length > 5) {",
    tests: delivery,
  },
  {
    name: "a handler that threw is never asked again",
    file: deliver,
    search: "    busy.pop();\n",
    replace: "    if (tally.failed === 0) busy.pop();\n",
    tests: delivery,
  },
  {
    name: "the handler's level is not asked",
    file: deliver,
    search: "if (level !== undefined && record.levelNumber < levelNumber(level)) return;",
    replace: "void level;",
    tests: delivery,
  },
  {
    name: "the filters of categories are not asked",
    file: emit,
    search: "if (filters !== undefined) {",
    replace: "if (filters === undefined) void 0;\n  else if (filters.length > 99) {",
    tests: delivery,
  },
  {
    name: "a handler met twice takes a line twice",
    file: emit,
    search: "if (isMetAgain(handler, around, plan)) continue;",
    replace: "",
    tests: delivery,
  },
  {
    name: "propagate: false of a scope is ignored",
    file: emit,
    search: "if (extras.propagate) continue;",
    replace: "if (extras !== undefined) continue;",
    tests: scopes,
  },

  // Settings: strong, inherited, refreshed.
  {
    name: "propagate: false of a category is ignored",
    file: settings,
    search: "if (inherited !== undefined && own.propagate !== false)",
    replace: "if (inherited !== undefined)",
    tests: tree,
  },
  {
    name: "a handler named at two heights takes a line twice",
    file: settings,
    search: "handlers: [...new Set(handlers)],",
    replace: "handlers,",
    tests: tree,
  },
  {
    name: "filters are not inherited",
    file: settings,
    search: "[...(own.filters ?? []), ...(inherited?.filters ?? [])]",
    replace: "[...(own.filters ?? [])]",
    tests: tree,
  },
  {
    name: "the level of the name above is not inherited",
    file: settings,
    search: "(inherited?.level ?? defaultLevel)",
    replace: "defaultLevel",
    tests: tree,
  },
  {
    name: "a name is taken for the one it begins with",
    file: "src/tree/category.ts",
    search: 'return dot < 0 ? "" : name.slice(0, dot);',
    replace: "return name.slice(0, Math.max(dot, name.length - 1));",
    tests: tree,
  },
  {
    name: "loggers keep their old plan",
    file: settings,
    search: "    advanceEpoch();\n",
    replace: "",
    tests: configures,
  },
  {
    name: "a level set on a scope reaches nobody who knows it",
    file: scoped,
    search: "    this.demandExtras().level = level;\n    advanceEpoch();",
    replace: "    this.demandExtras().level = level;",
    tests: levels,
  },
  {
    name: "handlers added to a silent scope are not seen",
    file: scoped,
    search:
      "    // Other holders, views and scopes inside share the news; nobody knows them, so everybody draws a new plan.\n    advanceEpoch();\n",
    replace: "",
    tests: scopes,
  },
  {
    name: "a handler is announced when it is there already",
    file: scoped,
    search: "    this.announceHandler();\n    this.adopt(anchor, [handler]);\n",
    replace: "    this.adopt(anchor, [handler]);\n    this.announceHandler();\n",
    tests: ends,
  },
  {
    name: "a handler added around a silent category is not seen",
    file: settings,
    search: "this.silent = isSilent(this.#root) ||",
    replace: "this.silent = isSilent(this.#root) &&",
    tests: ["test/logger/silent-category.test.ts"],
  },
  {
    name: "an ended holder takes a handler away and leaves its resource",
    file: scoped,
    search: "const slot = this.anchor?.slot ?? extras.slot;",
    replace: "const slot = this.anchor?.slot;",
    tests: ends,
  },
  {
    name: "setLevel of a name misses scopes with a level",
    file: registry,
    search: "if (sequence !== undefined || level === undefined || hasOwnLevel(scope)) {",
    replace: "if (sequence !== undefined || level === undefined) {",
    tests: levels,
  },
  {
    name: "setLevel of an id reaches all of the name",
    file: registry,
    search: "(sequence === undefined || scope.sequence === sequence)",
    replace: "(sequence === undefined || scope.sequence !== undefined)",
    tests: levels,
  },
  {
    name: "the end of a configuration leaves it in force",
    file: registry,
    search: "    this.#configurations.splice(index, 1);\n    this.#putInForce();",
    replace: "    this.#configurations.splice(index, 1);",
    tests: configures,
  },
  {
    name: "an unknown key is no error",
    file: "src/tree/config.ts",
    search: "if (check === undefined) {",
    replace: "if (check === undefined) continue;\n    if (check === null) {",
    tests: tree,
  },

  // Tell.
  {
    name: "every forgotten scope is told by itself",
    file: "src/logger/forgotten.ts",
    search: "if (this.#groups.size === 0) queueMicrotask(() => this.tell());",
    replace: "this.tell();",
    tests: forgotten,
  },
  {
    name: "silent reports are told",
    file: "src/logger/forgotten.ts",
    search: 'if (this.report === "silent") return;',
    replace: 'if (this.report === "silent") this.report = "warn";',
    tests: forgotten,
  },
  {
    name: "the origin is that of the library",
    file: "src/logger/origin.ts",
    search: "traceable.captureStackTrace(holder, entry);",
    replace: "traceable.captureStackTrace(holder);",
    tests: ["test/logger/origin.test.ts"],
  },
  {
    name: "a problem is told every time",
    file: "src/port/trouble.ts",
    search: "      episode.untold++;\n      return;",
    replace: "      episode.untold++;",
    tests: ["test/port/trouble.test.ts"],
  },
  {
    name: "a listener hears of what it does itself",
    file: "src/port/trouble.ts",
    search: "    if (this.#telling) return;\n",
    replace: "",
    tests: ["test/port/trouble.test.ts"],
  },
  {
    name: "the ledger keeps its registry",
    file: "src/lifetime/ledger.ts",
    search: "this.#listener = new WeakRef(listener);",
    replace: "this.#listener = { deref: () => listener } as never;",
    tests: cells,
  },
  {
    name: "a record leads to its logger",
    file: scoped,
    search: "    return this.source;\n  }\n\n  override setLevel",
    replace: "    Object.assign(this.source, { scoped: this });\n    return this.source;\n  }\n\n  override setLevel",
    tests: reclaim,
  },
  {
    name: "the registry keeps its scopes",
    file: scoped,
    search: "      this.extras = undefined;\n      this.anchor = openCell(",
    replace:
      "      this.extras = undefined;\n      Object.assign(home.ledger, { kept: [...((home.ledger as never as { kept?: unknown[] }).kept ?? []), this] });\n      this.anchor = openCell(",
    tests: reclaim,
  },
  {
    name: "a handler that is kept keeps the registry",
    file: registry,
    search: "if (claim(handler, this.#owner)) claimed.add(handler);",
    replace: "if (claim(handler, this)) claimed.add(handler);",
    tests: configures,
  },
  // Ends that are not blocks, ambient scopes, buffers, summaries.
  {
    name: "an event ends the scope before others hear of it",
    file: scoped,
    search: "afterTurn(() => this.end())",
    replace: "this.end()",
    tests: untils,
  },
  {
    name: "the block ends a scope whose end was moved",
    file: scoped,
    search: "if (!isMoved(this)) this.end();",
    replace: "this.end();",
    tests: untils,
  },
  {
    name: "a holder that ends leaves its listener behind",
    file: end,
    search: "    for (const moved of extras.moved) if (moved.holder === holder) moved.takeBack();\n",
    replace: "",
    tests: untils,
  },
  {
    name: "a scope that ends leaves the listeners of its other events behind",
    file: end,
    search: "  for (const { takeBack } of moved ?? []) takeBack();\n",
    replace: "",
    tests: [...untils, ...programs],
  },
  {
    name: "a signal is waited for by the wrong event",
    file: until,
    search: 'typeof aborted === "boolean" ? "abort" : "close"',
    replace: '"close"',
    tests: untils,
  },
  {
    name: "an emitter is waited for by the wrong event",
    file: until,
    search: 'emitter.once("close", ended)',
    replace: 'emitter.once("finish", ended)',
    tests: untils,
  },
  {
    name: "what is over already is waited for",
    file: until,
    search: "    if (over) ended();\n    else emitter",
    replace: "    emitter",
    tests: untils,
  },
  {
    name: "a promise that is rejected does not end it",
    file: until,
    search: ".then(ended, ended)",
    replace: ".then(ended, () => {})",
    tests: untils,
  },
  {
    name: "a response without a body does not end it",
    file: until,
    search: "    ended();\n    return () => {};\n  }\n  throw",
    replace: "    return () => {};\n  }\n  throw",
    tests: untils,
  },
  {
    name: "the ambient frame holds the logger",
    file: scoped,
    search: "logger: new WeakRef(this)",
    replace: "logger: { deref: () => this } as never",
    tests: ambients,
  },
  {
    name: "an error that is thrown out of run() remembers nothing",
    file: scoped,
    search: "    } catch (error) {\n      rememberFields(error, this.fields);\n",
    replace: "    } catch (error) {\n",
    tests: ambients,
  },
  {
    name: "an error that is rejected out of run() remembers nothing",
    file: scoped,
    search: "        (error: unknown) => {\n          rememberFields(error, this.fields);\n",
    replace: "        (error: unknown) => {\n",
    tests: ambients,
  },
  {
    name: "an error that is passed to fail() remembers nothing",
    file: scoped,
    search: "    if (error !== undefined) rememberFields(error, this.fields);\n",
    replace: "",
    tests: ambients,
  },
  {
    name: "the outermost scope of an error wins",
    file: remembered,
    search: "mergeFields(values, memory.known.get(error) ?? noFields)",
    replace: "mergeFields(memory.known.get(error) ?? noFields, values)",
    tests: ambients,
  },
  {
    name: "lazy ambient fields are not called",
    file: remembered,
    search: "valueAt(background, key)",
    replace: "background[key]",
    tests: ambients,
  },
  {
    name: "ambient fields win over those of the logger",
    file: remembered,
    search: "if (Object.hasOwn(bound, key) || ",
    replace: "if (",
    tests: ambients,
  },
  {
    name: "ambient fields do not reach other loggers",
    file: emit,
    search: "if (frame !== undefined && frame.fields !== source.bound)",
    replace: "if (frame === null)",
    tests: ambients,
  },
  {
    name: "a scope opened inside run() lacks the ambient fields",
    file: registry,
    search: "if (frame !== undefined) own = ambientUnder(frame, outer, own);",
    replace: "",
    tests: ambients,
  },
  {
    name: "held lines come in the wrong order",
    file: held,
    search: "const held = this.#held;",
    replace: "const held = this.#held.reverse();",
    tests: buffers,
  },
  {
    name: "a buffer that is closed keeps its bytes",
    file: held,
    search: "    this.#held = [];\n    this.#deposit[Symbol.dispose]();\n",
    replace: "    this.#held = [];\n",
    tests: buffers,
  },
  {
    name: "the limit of a buffer does not hold",
    file: held,
    search: "this.#held.length >= this.#limit || ",
    replace: "",
    tests: buffers,
  },
  {
    name: "the budget of all buffers does not hold",
    file: held,
    search: " || account.used + bytes > account.budget",
    replace: "",
    tests: buffers,
  },
  {
    name: "lines that made room are not counted",
    file: held,
    search: "    tally.dropped++;\n",
    replace: "",
    tests: buffers,
  },
  {
    name: "fail() does not set free what is held",
    file: scoped,
    search: "    if (extras?.buffer?.open === false && !this.ended) releaseBuffer(home, extras.buffer);\n",
    replace: "",
    tests: buffers,
  },
  {
    name: "lines of what is inside are not held",
    file: emit,
    search:
      "for (let around: ScopedLoggerImpl | undefined = scope; around !== undefined; around = around.outer) {\n    const buffer",
    replace:
      "for (let around: ScopedLoggerImpl | undefined = scope; around === scope; around = undefined) {\n    const buffer",
    tests: buffers,
  },
  {
    name: "a summary is not written",
    file: end,
    search: "  if (summary !== undefined) writeSummary(scope, extras, summary);\n",
    replace: "",
    tests: summaries,
  },
  {
    name: "an outcome nobody told is ok",
    file: extras,
    search: 'outcome: Outcome = "unknown"',
    replace: 'outcome: Outcome = "ok"',
    tests: summaries,
  },
  {
    name: "a failure is told at info",
    file: end,
    search: 'levelNumber(extras.outcome === "error" ? "error" : "info")',
    replace: 'levelNumber("info")',
    tests: summaries,
  },
  {
    name: "lines are not counted for the summary",
    file: emit,
    search: "  scope.extras?.summary?.count(record.levelNumber);\n",
    replace: "",
    tests: summaries,
  },
  {
    name: "a second word takes the cause of a failure back",
    file: scoped,
    search: 'if (outcome === "ok" || failure !== undefined) extras.failure',
    replace: "extras.failure",
    tests: summaries,
  },
];
