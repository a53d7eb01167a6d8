import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./output.ts";

/**
 * The options and files of a command line.
 * @throws {UsageError} for an option that there is not, or without its value
 */
export function parseOptions<const T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: T }>> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
