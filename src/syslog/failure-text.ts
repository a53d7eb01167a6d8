import { escapeControls } from "../record/escape.ts";
import { messageOf } from "../record/fields.ts";

// So many characters of what a server says are told.
const maxLength = 300;

/** What another said, as part of a message: its first line, with nothing that a terminal would obey. */
export function firstLine(text: string): string {
  return escapeControls((text.split(/\r?\n/, 1)[0] as string).slice(0, maxLength));
}

/** Why there is no connection, as part of a message. The names in a server's certificate are the server's to choose. */
export function failureText(error: unknown): string {
  const { code, reason, errors } = Object(error) as { code?: unknown; reason?: unknown; errors?: unknown };
  // OpenSSL's own message is the number of a thread and a place in its source; between them is the reason.
  if (typeof reason === "string" && typeof code === "string" && /^ERR_O?SSL_/.test(code)) {
    const plain = code === "ERR_SSL_WRONG_VERSION_NUMBER" ? "; perhaps the server does not speak TLS at this port" : "";
    return `${firstLine(reason)} (${code})${plain}`;
  }
  const message = messageOf(error);
  // Node's error of all addresses of a host has no message.
  if (message === "" && Array.isArray(errors)) return errors.map((one) => firstLine(messageOf(one))).join(", ");
  return firstLine(message === "" ? String(code) : message);
}
