/** A message of RFC 5424, read by its grammar (section 6) and by nothing of the code under test. */
export interface Message {
  readonly facility: number;
  readonly severity: number;
  readonly timestamp: string | undefined;
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly msgId: string | undefined;
  readonly elements: ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;
  readonly msg: string | undefined;
  readonly bom: boolean;
}

/** Reads `bytes`, octet by octet. Throws where they do not follow the grammar. */
export function parse5424(bytes: Uint8Array): Message {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at octet ${at}: ${Buffer.from(bytes).toString("latin1")}`);
  };
  const expectOctet = (character: string) => {
    if (bytes[at] !== character.charCodeAt(0)) fail(`no ${JSON.stringify(character)}`);
    at++;
  };
  const take = (accepts: (octet: number) => boolean, least: number, most: number, what: string): string => {
    const start = at;
    while (at < bytes.length && accepts(bytes[at] as number)) at++;
    if (at - start < least || at - start > most) fail(`${what} has ${at - start} octets`);
    return Buffer.from(bytes.subarray(start, at)).toString("latin1");
  };
  const digit = (octet: number) => octet >= 48 && octet <= 57;
  const printable = (octet: number) => octet >= 33 && octet <= 126;
  const name = (octet: number) => printable(octet) && !'="]'.includes(String.fromCharCode(octet));
  const utf8 = (part: Uint8Array): string => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part);
    } catch {
      return fail("no UTF-8");
    }
  };
  const field = (most: number, what: string): string | undefined => {
    const text = take(printable, 1, most, what);
    expectOctet(" ");
    return text === "-" ? undefined : text;
  };

  expectOctet("<");
  const priority = take(digit, 1, 3, "PRIVAL");
  if (Number(priority) > 191 || (priority.length > 1 && priority.startsWith("0"))) fail("PRIVAL");
  expectOctet(">");
  expectOctet("1");
  expectOctet(" ");
  const timestamp = field(32, "TIMESTAMP");
  const rfc3339 =
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/;
  if (timestamp !== undefined && !rfc3339.test(timestamp)) fail("TIMESTAMP");
  const hostname = field(255, "HOSTNAME");
  const appName = field(48, "APP-NAME");
  const procId = field(128, "PROCID");
  const msgId = field(32, "MSGID");
  const elements = new Map<string, [string, string][]>();
  if (bytes[at] === 45) at++;
  else {
    do {
      expectOctet("[");
      const id = take(name, 1, 32, "SD-ID");
      if (elements.has(id)) fail("the SD-ID stands twice");
      const params: [string, string][] = [];
      while (bytes[at] === 32) {
        at++;
        const param = take(name, 1, 32, "PARAM-NAME");
        expectOctet("=");
        expectOctet('"');
        const value: number[] = [];
        for (;;) {
          const octet = bytes[at] ?? fail("a value without its end");
          if (octet === 34) break;
          if (octet === 93) fail("a bare ] in a value");
          if (octet === 92 && [34, 92, 93].includes(bytes[at + 1] as number)) at++;
          else if (octet === 92) fail("a bare backslash in a value");
          value.push(bytes[at] as number);
          at++;
        }
        at++;
        params.push([param, utf8(Uint8Array.from(value))]);
      }
      expectOctet("]");
      elements.set(id, params);
    } while (bytes[at] === 91);
  }
  let msg: string | undefined;
  let bom = false;
  if (at < bytes.length) {
    expectOctet(" ");
    bom = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
    msg = utf8(bytes.subarray(bom ? at + 3 : at));
  }
  const prival = Number(priority);
  return {
    facility: Math.floor(prival / 8),
    severity: prival % 8,
    timestamp,
    hostname,
    appName,
    procId,
    msgId,
    elements,
    msg,
    bom,
  };
}
