/**
 * Reads JSON by the letter of RFC 8259 and refuses a key that comes twice in one object, which JSON.parse lets pass.
 * Objects become Maps, so that `__proto__` is a key like any other.
 */
export function parseStrictly(text: string): unknown {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at ${at} in ${text.slice(Math.max(0, at - 40), at + 40)}`);
  };
  const literal = <T>(word: string, value: T): T => {
    if (!text.startsWith(word, at)) fail(`expected ${word}`);
    at += word.length;
    return value;
  };
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? fail(`expected ${pattern.source}`);
    at += found.length;
    return found;
  };
  const string = (): string =>
    JSON.parse(match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y)) as string;
  const value = (): unknown => {
    switch (text[at]) {
      case "{": {
        const object = new Map<string, unknown>();
        at++;
        if (text[at] === "}") return literal("}", object);
        for (;;) {
          const key = string();
          if (object.has(key)) fail(`key ${JSON.stringify(key)} twice`);
          literal(":", undefined);
          object.set(key, value());
          if (text[at] !== ",") return literal("}", object);
          at++;
        }
      }
      case "[": {
        const array: unknown[] = [];
        at++;
        if (text[at] === "]") return literal("]", array);
        for (;;) {
          array.push(value());
          if (text[at] !== ",") return literal("]", array);
          at++;
        }
      }
      case '"':
        return string();
      case "t":
        return literal("true", true);
      case "f":
        return literal("false", false);
      case "n":
        return literal("null", null);
      default:
        return Number(match(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y));
    }
  };
  const read = value();
  if (at !== text.length) fail("more text");
  return read;
}

/** The same, for a line that must be one: no line end of any kind that a line reader knows, and well-formed. */
export function parseLine(line: string): Map<string, unknown> {
  if (/[\n\r]/.test(line)) throw new SyntaxError("a line end in the line");
  if (/[\ud800-\udfff]/u.test(line)) throw new SyntaxError("a lone surrogate in the line");
  const read = parseStrictly(line);
  if (!(read instanceof Map)) throw new SyntaxError("not an object");
  return read as Map<string, unknown>;
}
