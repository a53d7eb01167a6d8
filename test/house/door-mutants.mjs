// Rules of the doors and of what stands at them: formats, filters, files, syslog, the end of the process.
const framing = "src/syslog/framing.ts";
const structured = "src/syslog/structured-data.ts";
const rfc5424 = "src/syslog/rfc5424.ts";
const truncate = "src/syslog/truncate.ts";
const relp = "src/syslog/relp-frame.ts";
const queued = "src/syslog/queued-transport.ts";
const account = "src/syslog/account.ts";
const linger = "src/syslog/linger.ts";
const openTransports = "src/syslog/open-transports.ts";
const lease = "src/lifetime/lease.ts";
const budget = "src/lifetime/budget.ts";
const exit = "src/node/exit-flush.ts";
const drops = "src/node/drops.ts";
const backlog = "src/node/backlog.ts";
const walk = "src/filter/redact-walk.ts";
const redactRules = "src/filter/redact-rules.ts";
const redact = "src/filter/redact.ts";

const messages = ["test/syslog/rfc5424.test.ts"];
const parts = ["test/syslog/parts.test.ts"];
const transports = ["test/syslog/transports.test.ts"];
const outages = ["test/syslog/outages.test.ts"];
const ends = ["test/syslog/process-end.test.ts"];
const leases = ["test/lifetime/lease.test.ts"];
const budgets = ["test/lifetime/budget.test.ts"];
const exits = ["test/node/exit.test.ts"];
const files = ["test/node/file-handler.test.ts", "test/node/file-writer.test.ts"];
const redacted = ["test/filter/redact.test.ts"];
const counting = ["test/filter/counting.test.ts"];
const texts = ["test/format/text.test.ts", "test/format/logfmt.test.ts", "test/format/hostile.test.ts"];

const rules = {
  "one message, one frame": [
    {
      name: "a length counts characters, not bytes",
      file: framing,
      search: "octetCounted(message: string, size: number): string {",
      replace: "octetCounted(message: string, bytes: number): string {\n  const size = bytes < 0 ? 0 : message.length;",
      tests: [...transports, ...parts],
    },
    {
      name: "a message has no end on a stream",
      file: framing,
      search: "lineFed(message: string): string {",
      replace: 'lineFed(message: string): string {\n  if (message !== "") return message;',
      tests: transports,
    },
    {
      name: "a line feed in a message is two messages",
      file: "src/syslog/control-characters.ts",
      search: "return lines ? ",
      replace: "return lines === null ? ",
      tests: [...messages, ...transports, ...parts],
    },
    {
      name: "a bracket ends structured data",
      file: structured,
      search: 'text.replace(/["\\\\\\]]/g',
      replace: 'text.replace(/["\\\\]/g',
      tests: messages,
    },
    {
      name: "a parameter may have any name",
      file: structured,
      search: "  if (isSdName(text)) return text;\n",
      replace: "  if (text !== null) return text;\n",
      tests: messages,
    },
    {
      name: "a fatal line is an emergency",
      file: "src/syslog/severity.ts",
      search: "if (levelNumber >= 60) return 2;",
      replace: "if (levelNumber >= 60) return 0;",
      tests: messages,
    },
    {
      name: "a message may be longer than it may be",
      file: rfc5424,
      search: "return isLonger(message, this.#max) ?",
      replace: "return message.length < 0 ?",
      tests: messages,
    },
    {
      name: "a character is cut in its middle",
      file: truncate,
      search: "  while (end > 0 && end < encoded.length && ((encoded[end] as number) & 0xc0) === 0x80) end--;\n",
      replace: "",
      tests: [...messages, ...parts],
    },
    {
      name: "a frame of RELP that comes in two parts is lost",
      file: relp,
      search: "this.#text = this.#text.slice(position);",
      replace: 'this.#text = "";',
      tests: [...parts, ...transports],
    },
    {
      name: "transaction numbers have ten digits",
      file: relp,
      search: "return number >= maxNumber ? 1 : number + 1;",
      replace: "return number + 1;",
      tests: parts,
    },
  ],
  "bounded queues, and what is given up is counted": [
    {
      name: "a queue has no bound",
      file: queued,
      search: "if (this.pending + size <= maxBytes) return true;",
      replace: "if (size > 0) return true;",
      tests: outages,
    },
    {
      name: "messages that made room are not counted",
      file: queued,
      search: 'this.account.lose(count, 0, "the queue is full");',
      replace: "",
      tests: outages,
    },
    {
      name: "what a server says is obeyed by a terminal",
      file: "src/syslog/failure-text.ts",
      search: "return escapeControls((text",
      replace: "return ((text",
      tests: ["test/syslog/failure-text.test.ts"],
    },
    {
      name: "why a host with several addresses cannot be reached is not told",
      file: "src/syslog/failure-text.ts",
      search: 'if (message === "" && Array',
      replace: "if (message === null && Array",
      tests: ["test/syslog/failure-text.test.ts"],
    },
    {
      name: "what syslog gives up is not in the counts",
      file: account,
      search: "    tally.dropped += count;\n",
      replace: "",
      tests: outages,
    },
    {
      name: "what syslog gives up is not told in a line",
      file: queued,
      search: "if (!losses.untold) return undefined;",
      replace: "if (losses !== null) return undefined;",
      tests: outages,
    },
    {
      name: "what a file gives up is not in the counts",
      file: drops,
      search: "    tally.dropped += lines;\n",
      replace: "",
      tests: ["test/node/file-trouble.test.ts"],
      match: "memory is bounded",
    },
    {
      name: "what a file gave up is not told in a line",
      file: drops,
      search: "    this.owing = this.#untold;\n",
      replace: "",
      tests: ["test/node/file-trouble.test.ts"],
      match: "memory is bounded",
    },
    {
      name: "a line that was written in part goes on in another file",
      file: backlog,
      search: "if (head === undefined || head.offset === 0) return;",
      replace: "if (head !== null) return;",
      tests: ["test/node/file-trouble.test.ts"],
      match: "a line that was cut is whole",
    },
    {
      name: "lines that gave way in a backlog are not counted",
      file: backlog,
      search: "    return dropped.lines;\n",
      replace: "    return 0;\n",
      tests: ["test/node/file-trouble.test.ts"],
      match: "memory is bounded",
    },
  ],
  "an open transport keeps the process for a bounded linger": [
    {
      name: "a linger has no end",
      file: linger,
      search: "if (this.#still >= lingerSteps || this.#all >= allLingerSteps) this.#listener.expired();\n    else if",
      replace: "if",
      tests: ends,
      match: "ends after the linger when nobody listens",
    },
    {
      name: "a server that takes a byte now and then holds the process for ever",
      file: linger,
      search: "this.#all >= allLingerSteps) this.#listener",
      replace: "this.#all < 0) this.#listener",
      tests: ["test/syslog/linger.test.ts"],
    },
    {
      name: "the process ends under lines that wait",
      file: linger,
      search: "    this.#all = 0;\n    if (this.#timer === undefined) this.#wait();",
      replace: "    this.#all = 0;",
      tests: ends,
      match: "natural end",
    },
    {
      name: "a linger goes on when nothing is owed",
      file: account,
      search: "if (this.owed === 0) this.#linger.end();",
      replace: "if (this.owed < 0) this.#linger.end();",
      tests: ends,
      match: "is not held by an open connection",
    },
  ],
  "the exit": [
    {
      name: "files are not drained at the exit",
      file: exit,
      search: '    process.on("exit", drainAll);\n',
      replace: "",
      tests: exits,
      match: "natural end: every line arrives",
    },
    {
      name: "the listener of the exit stays",
      file: exit,
      search: '  process.off("exit", drainAll);\n',
      replace: "",
      tests: files,
    },
    {
      name: "a file that is closed is still drained",
      file: exit,
      search: "if (!open.delete(drainable) || open.size > 0) return;",
      replace: "if (open.size > 0) return;",
      tests: files,
    },
    {
      name: "what syslog still has at the exit is not counted",
      file: openTransports,
      search: "for (const transport of [...open]) transport.drain();",
      replace: "",
      tests: ends,
      match: "what the kernel takes when process.exit()",
    },
    {
      name: "lines are not written while the process exits",
      file: "src/node/file-transport.ts",
      search: "if (now || isExiting()) return true;",
      replace: "if (now) return true;",
      tests: exits,
      match: "lines of a later exit listener arrive too",
    },
  ],
  "under pressure": [
    {
      name: "the budget of transports is not asked",
      file: lease,
      search: "if (counts.targets >= transportBudget()) {\n",
      replace: "if (counts.targets >= 1e9) {\n",
      tests: ["test/lifetime/lease-budget.test.ts"],
    },
    {
      name: "beyond the budget each still has a transport of its own",
      file: lease,
      search: "if (key === undefined && sharedKey !== undefined && counts.targets >= transportBudget()) {",
      replace: "if (key !== undefined && sharedKey !== undefined) {",
      tests: ["test/lifetime/lease-budget.test.ts"],
    },
    {
      name: "under pressure nothing idle is closed",
      file: budget,
      search: "for (const closeIdle of idleClosers) freed += closeIdle();",
      replace: "",
      tests: ["test/lifetime/lease-budget.test.ts"],
    },
    {
      name: "under pressure nothing dead is swept",
      file: budget,
      search: "if (hasCollected()) for (const relief of helpers) freed += relief.sweep();",
      replace: "void hasCollected;",
      tests: budgets,
    },
    {
      name: "under pressure no collection is asked for",
      file: budget,
      search: "  askForCollection();\n  const now",
      replace: "  const now",
      tests: budgets,
    },
    {
      name: "a flood asks for a collection with every line",
      file: budget,
      search: "  if (asking || Math.abs(now - askedAt) < askAgainMs) return;\n",
      replace: "",
      tests: budgets,
    },
    {
      name: "a collection is waited for",
      file: budget,
      search: "  setTimeout(() => {\n    try {",
      replace: "  ((work: () => void) => work())(() => {\n    try {",
      tests: budgets,
    },
    {
      name: "pressure is told with every line",
      file: budget,
      search: "if (Math.abs(now - toldAt) >= quietMs) {",
      replace: "if (now > 0) {",
      tests: budgets,
    },
    {
      name: "any error is a shortage of files",
      file: budget,
      search: 'if (code === "EMFILE" || code === "ENFILE") ',
      replace: "",
      tests: budgets,
    },
    {
      name: "a limit that was set is forgotten",
      file: budget,
      search: "  limit = transports;\n",
      replace: "",
      tests: [...budgets, ...leases],
    },
  ],
  "what is hidden stays hidden": [
    {
      name: "letter case tells names apart",
      file: redactRules,
      search: "const small = part.toLowerCase();",
      replace: "const small = part;",
      tests: redacted,
    },
    {
      name: "separators tell names apart",
      file: redactRules,
      search: 'small.replace(/[-_\\s]/g, "")',
      replace: "small",
      tests: redacted,
    },
    {
      name: "a key with dots is not looked into",
      file: redactRules,
      search: "[key, ...parts].some(",
      replace: "[key].some(",
      tests: redacted,
    },
    {
      name: "the keys of a Map are not looked at",
      file: walk,
      search: "name === undefined ? this.value(value, place) : this.entry(name, value, place)",
      replace: "this.value(value, place)",
      tests: redacted,
    },
    {
      name: "what toJSON returns is not searched",
      file: walk,
      search: "this.#contents(value, place) : this.value(result, place)",
      replace: "this.#contents(value, place) : result",
      tests: redacted,
    },
    {
      name: "lists on the way must be named",
      file: walk,
      search: "there.length > 0 ? [...place, ...there] : place",
      replace: "there",
      tests: redacted,
    },
    {
      name: "the cause of an error is shown",
      file: walk,
      search: 'part("cause", parts.cause, false);',
      replace: 'define(copy, "cause", parts.cause, false);',
      tests: redacted,
    },
    {
      name: "a censor that throws shows the value",
      file: walk,
      search: "    } catch {\n      return defaultCensor;",
      replace: "    } catch {\n      return value;",
      tests: redacted,
    },
    {
      name: "bound fields are not searched",
      file: redact,
      search: "        redactSource(source),\n",
      replace: "        source,\n",
      tests: redacted,
    },
    {
      name: "a hidden message of an error is the message of its line",
      file: redact,
      search: "        messageBeside(record, shown),\n",
      replace: "        record.message,\n",
      tests: redacted,
    },
  ],
  "one record, one line": [
    {
      name: "an error has the stack of the one before",
      file: "src/format/json-values.ts",
      search: "if (frames !== this.#lastFrames) {",
      replace: 'if (this.#lastFrames === "") {',
      tests: ["test/format/json.test.ts"],
    },
    {
      name: "a batch has as many bytes as characters",
      file: "src/node/file-writer.ts",
      search: "        size = bytes.length;\n",
      replace: "",
      tests: files,
    },
    {
      name: "a number is rounded to thousandths",
      file: "src/format/json-number.ts",
      search: "if (all / 1000 === value)",
      replace: "if (all > 0)",
      tests: ["test/format/json-number.test.ts"],
    },
    {
      name: "the time of opening goes on being that of an earlier turn",
      file: "src/lifetime/clock.ts",
      search: "    settled.then(stale);\n",
      replace: "",
      tests: ["test/lifetime/clock.test.ts"],
    },
    {
      name: "the digits of a scope's number are lost",
      file: "src/record/scope-id.ts",
      search: "  if (hundreds !== beginning) {",
      replace: "  if (hundreds > beginning + 1) {",
      tests: ["test/record/scope-id.test.ts"],
    },
    {
      name: "a child has the name of the one that was asked for before",
      file: "src/logger/base-logger.ts",
      search: "if (suffix === last.suffix && name === last.name && suffix",
      replace: "if (suffix === last.suffix && suffix",
      tests: ["test/logger/scopes.test.ts"],
    },
    {
      name: "control characters in a text are obeyed",
      file: "src/record/escape.ts",
      search: "return obeyed.test(text) ? text.replace(each, escapeOne) : text;",
      replace: "return text;",
      tests: texts,
    },
    {
      name: "what was held back is not told",
      file: "src/filter/rate-limit.ts",
      search: "if (held === 0) return true;",
      replace: "if (held >= 0) return true;",
      tests: counting,
    },
    {
      name: "a clock that was set back holds lines back for ever",
      file: "src/filter/rate-limit.ts",
      search: " || record.time < period.start) {",
      replace: ") {",
      tests: counting,
    },
    {
      name: "a sample passes the last of so many",
      file: "src/filter/sample.ts",
      search: "return count === 0;",
      replace: "return count + 1 === every;",
      tests: counting,
    },
  ],
};

export const doorMutants = Object.entries(rules).flatMap(([rule, list]) => list.map((mutant) => ({ rule, ...mutant })));
