/**
 * Reads a line of logfmt as go-logfmt does (`Decoder.ScanKeyval`), and by nothing of the code under test: keys end at `=`
 * or a space and have no quote, no control character and no U+FFFD; bare values end at a space and have neither `=` nor a
 * quote; quoted ones have the escapes of JSON. Throws where that is not so, or where a key comes twice.
 */
export function parseLogfmt(line: string): Map<string, string> {
  const pairs = new Map<string, string>();
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${JSON.stringify(line.slice(Math.max(0, at - 60), at + 60))}`);
  };
  while (at < line.length) {
    const start = at;
    while (at < line.length && line[at] !== "=" && line[at] !== " ") {
      const code = line.charCodeAt(at);
      if (code < 0x20 || code === 0x22 || code === 0xfffd || (code >= 0x7f && code < 0xa0)) fail("a bad key");
      at++;
    }
    const key = line.slice(start, at);
    if (key === "") fail("no key");
    if (pairs.has(key)) fail(`${key} twice`);
    if (line[at] !== "=") fail("no value");
    at++;
    pairs.set(key, line[at] === '"' ? quoted() : bare());
    if (at < line.length && line[at++] !== " ") fail("no space between pairs");
    if (at === line.length && line.endsWith(" ")) fail("a space at the end");
  }
  return pairs;

  function bare(): string {
    const start = at;
    for (; at < line.length && line[at] !== " "; at++) {
      const code = line.charCodeAt(at);
      if (code < 0x20 || code === 0x22 || code === 0x3d) fail("a bad value");
    }
    return line.slice(start, at);
  }

  function quoted(): string {
    const parts: string[] = [];
    for (at++; ; ) {
      const start = at;
      while (at < line.length && line[at] !== '"' && line[at] !== "\\")
        if (line.charCodeAt(at++) < 0x20) fail("a control character");
      parts.push(line.slice(start, at));
      if (at >= line.length) fail("no closing quote");
      if (line[at++] === '"') return parts.join("");
      const mark = line[at++] as string;
      const plain = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }[mark];
      if (plain !== undefined) parts.push(plain);
      else if (mark === "u" && /^[0-9a-fA-F]{4}$/.test(line.slice(at, at + 4))) {
        parts.push(String.fromCharCode(Number.parseInt(line.slice(at, at + 4), 16)));
        at += 4;
      } else fail("an unknown escape");
    }
  }
}
