import type { Serializers } from "./pino-like.ts";

/**
 * What is written of a request or a response that is logged as it is. pino writes all of it, headers and so cookies
 * included, unless its user puts in serializers; here nothing that may be secret is written by itself.
 */
export const requestSerializers: Serializers = Object.assign(Object.create(null), {
  req: (value: unknown) => {
    const { method, url, headers, socket } = Object(value) as Record<string, unknown>;
    if (headers === undefined && socket === undefined) return value;
    return { method, url: typeof url === "string" ? url.split("?", 1)[0] : undefined };
  },
  res: (value: unknown) => {
    const { statusCode, setHeader, raw } = Object(value) as Record<string, unknown>;
    return typeof setHeader === "function" || raw !== undefined ? { statusCode } : value;
  },
});
