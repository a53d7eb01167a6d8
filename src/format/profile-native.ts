import { levelName } from "../record/level.ts";
import { type JsonProfile, jsonTime, SourceNames } from "./json-profile.ts";

const names = new SourceNames("logger", "scope", "parent");

/** The keys of this library. */
export const nativeProfile: JsonProfile = {
  reserved: ["time", "level", "logger", "scope", "parent", "msg", "err", "late"],
  head: (time, level) => `{"time":${jsonTime(time)},"level":"${levelName(level)}"`,
  before: (source) => names.write(source),
  message: ',"msg":',
  after: () => "",
  errorNames: { type: "type", message: "message", stack: "stack" },
  error: (thrown, values) => `,"err":${values.error(thrown)}`,
  late: ',"late":true',
};
