/** A message of RFC 3164 as rsyslogd and others read it, by nothing of the code under test. */
export interface BsdMessage {
  readonly priority: number;
  readonly month: string;
  readonly day: number;
  readonly clock: string;
  readonly hostname: string;
  readonly tag: string;
  readonly pid: string | undefined;
  readonly content: string;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Reads `bytes`: `<PRI>Mmm dd hh:mm:ss HOSTNAME TAG[PID]: CONTENT`. Throws where they are not like that. */
export function parse3164(bytes: Uint8Array): BsdMessage {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const end = text.indexOf(">");
  const priority = text.slice(1, end);
  if (text[0] !== "<" || !/^(0|[1-9]\d{0,2})$/.test(priority) || Number(priority) > 191)
    throw new Error(`PRI: ${text.slice(0, 60)}`);
  const stamp = text.slice(end + 1, end + 16);
  const month = stamp.slice(0, 3);
  const day = stamp.slice(4, 6);
  const clock = stamp.slice(7);
  if (!months.includes(month) || stamp[3] !== " " || !/^( [1-9]|[12]\d|3[01])$/.test(day))
    throw new Error(`date: ${stamp}`);
  if (stamp[6] !== " " || !/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(clock)) throw new Error(`time: ${stamp}`);
  const [empty, hostname, ...rest] = text.slice(end + 16).split(" ");
  if (empty !== "" || hostname === undefined || !/^[\x21-\x7e]+$/.test(hostname))
    throw new Error(`HOSTNAME: ${text.slice(0, 200)}`);
  const after = rest.join(" ");
  const tag = (/^[A-Za-z0-9_./-]{1,32}/.exec(after) ?? [""])[0];
  let at = tag.length;
  let pid: string | undefined;
  if (after[at] === "[") {
    const close = after.indexOf("]", at);
    pid = after.slice(at + 1, close);
    at = close + 1;
  }
  if (tag === "" || after.slice(at, at + 2) !== ": ") throw new Error(`TAG: ${after.slice(0, 100)}`);
  return {
    priority: Number(priority),
    month,
    day: Number(day),
    clock,
    hostname,
    tag,
    pid,
    content: after.slice(at + 2),
  };
}
