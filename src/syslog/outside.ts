import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Calls a function in the asynchronous context in which this module was loaded. Sockets and timers keep the context
 * they were made in; it must not be that of the request whose line happened to be the first.
 */
export const outside: <R, A extends unknown[]>(fn: (...args: A) => R, ...args: A) => R = AsyncLocalStorage.snapshot();
