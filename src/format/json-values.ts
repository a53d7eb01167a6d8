import { flat } from "../record/flat.ts";
import { errorParts } from "./error.ts";
import { JsonKeys } from "./json-keys.ts";
import { defaultLimits, type JsonLimits } from "./json-limits.ts";
import { jsonNumber } from "./json-number.ts";
import { plainRoom } from "./json-plain.ts";
import { jsonContent, jsonString } from "./json-string.ts";
import { type ErrorNames, JsonWalk } from "./json-walk.ts";

/** Writes values of any kind as JSON, within limits; it never throws. */
export class JsonValues {
  readonly #limits: JsonLimits;
  readonly #errorNames: ErrorNames;
  readonly #errorKeys: JsonKeys;
  // What one value may take.
  readonly #room: number;
  readonly #simpleLength: number;
  readonly #typeText: string;
  readonly #messageText: string;
  readonly #stackText: string;
  // Types come again and again.
  #lastType: string | undefined;
  #lastHead = "";
  // And so do stacks, but for the message in them.
  #lastFrames = "";
  #lastFramesText = "";

  constructor(limits: JsonLimits, errorNames: ErrorNames) {
    this.#limits = limits;
    this.#errorNames = errorNames;
    this.#errorKeys = new JsonKeys([...Object.values(errorNames), "code", "cause", "errors"]);
    this.#room = Math.ceil(limits.line / 4);
    this.#simpleLength = Math.min(limits.string, limits.line);
    this.#typeText = flat(`{"${errorNames.type}":"`);
    this.#messageText = flat(`","${errorNames.message}":"`);
    this.#stackText = flat(`","${errorNames.stack}":"`);
  }

  /** The JSON text of `value`, the value of `key`; undefined for what JSON leaves out. */
  value(value: unknown, key: string): string | undefined {
    if (typeof value === "object" && value !== null) {
      try {
        if (plainRoom(value, this.#room, this.#limits.depth, this.#limits) >= 0) return JSON.stringify(value);
      } catch {
        // A cycle, a getter or a proxy: the walk knows how to go on.
      }
    }
    return this.#walk(this.#room).value(value, key);
  }

  /** A thrown value of any kind as a JSON object. `omitStack` leaves out the stack of the outermost. */
  error(thrown: unknown, omitStack = false): string {
    const { type, message, stack, code, more } = errorParts(thrown);
    // Most errors are a type, a message, a stack of some hundred characters and perhaps a code; without a walk they cost
    // a third less.
    const length = type.length + message.length + (stack?.length ?? 0) + (typeof code === "string" ? code.length : 0);
    if (more || omitStack || stack === undefined || length > this.#simpleLength) {
      return this.#walk(this.#limits.line).error(thrown, omitStack);
    }
    const content = jsonContent(message);
    const text = this.#beforeMessage(type) + content + this.#stackText + this.#stack(stack, message, content);
    if (code === undefined) return `${text}"}`;
    return `${text}","code":${typeof code === "string" ? jsonString(code) : jsonNumber(code)}}`;
  }

  /** What goes before the message of an error of this type. */
  #beforeMessage(type: string): string {
    if (type !== this.#lastType) {
      this.#lastType = type;
      this.#lastHead = flat(this.#typeText + jsonContent(type) + this.#messageText);
    }
    return this.#lastHead;
  }

  /**
   * The content of a stack as JSON; `content` is that of the message. What fails many requests fails them at one place:
   * where the frames are those of the stack before, an error costs a third less on Node 24, a fifth on 26.
   */
  #stack(stack: string, message: string, content: string): string {
    const at = stack.indexOf(message);
    // The message was changed after the error was made.
    if (at === -1) return jsonContent(stack);
    const frames = stack.slice(at + message.length);
    if (frames !== this.#lastFrames) {
      this.#lastFrames = frames;
      this.#lastFramesText = JSON.stringify(frames).slice(1, -1);
    }
    return jsonContent(stack.slice(0, at)) + content + this.#lastFramesText;
  }

  // A walk of its own for each: a getter in the data may log, and so format, in the midst of another.
  #walk(room: number): JsonWalk {
    return new JsonWalk(this.#limits, room, this.#errorKeys, this.#errorNames);
  }
}

/** Values as the native profile writes them. */
export const nativeValues = new JsonValues(defaultLimits, { type: "type", message: "message", stack: "stack" });
