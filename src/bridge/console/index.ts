/// <reference lib="esnext.disposable" preserve="true" />
export { type AsConsoleOptions, asConsole, type ConsoleLevelMethod } from "./as-console.ts";
export type { ConsoleFace, ConsoleShape } from "./console-face.ts";
