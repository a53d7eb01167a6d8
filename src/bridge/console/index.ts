export { type AsConsoleOptions, asConsole, type ConsoleLevelMethod } from "./as-console.ts";
export type { ConsoleFace, ConsoleShape } from "./console-face.ts";
