import { levelName, levelNames, levelNumber, type ScopedLogger } from "scopelog";
import { same } from "./compare.ts";
import type { Step } from "./program.ts";
import { shownFields } from "./real-parts.ts";
import { errorCount, type Sides } from "./sides.ts";
import { fieldsText, type ModelHolder } from "./state.ts";

export function log(
  sides: Sides,
  { source: choice, level: number, form, fields: bits, error: which }: Step & { do: "log" },
): undefined {
  const index = sides.source(choice);
  if (index === undefined) return;
  const { model } = sides;
  const source = sides.sources[index]!;
  const real = sides.realSources[index]!;
  const level = number === 6 ? 35 : levelNumber(levelNames[number]!);
  let message = `line ${++sides.number}`;
  const [given, known] = sides.fields(bits);
  let error: number | undefined;
  let fields = {};
  let calls = 0;
  let args: unknown[];
  switch (form) {
    case "message":
      args = [message];
      break;
    case "fields":
      args = [message, given];
      fields = known;
      break;
    case "error":
      args = [message, sides.errors[which]];
      error = which;
      break;
    case "error and fields":
      args = [message, sides.errors[which], given];
      error = which;
      fields = known;
      break;
    case "error alone":
    case "error first":
      error = which % errorCount;
      message = `error ${error}`;
      args = form === "error first" ? [sides.errors[error], given] : [sides.errors[error]];
      if (form === "error first") fields = known;
      break;
    default: {
      const text = message;
      if (form === "lazy fields") fields = known;
      args = [
        () => {
          calls++;
          return form === "lazy fields" ? [text, given] : text;
        },
      ];
    }
  }
  const made = model.log(source, { level, message, error, fields });
  const call =
    level === 35 || bits % 2 === 1
      ? real.log.bind(real, level === 35 ? 35 : levelName(level))
      : real[levelName(level)].bind(real);
  (call as (...args: unknown[]) => void)(...args);
  if (form.startsWith("lazy")) same("a lazy message is asked once if it is written", calls, made ? 1 : 0);
}

export function look(sides: Sides, index: number, number: number): void {
  const { model } = sides;
  const source = sides.sources[index]!;
  const real = sides.realSources[index]!;
  const level = levelNames[number]!;
  same(`isEnabled(${level})`, real.isEnabled(level), source.registry.admits(source, levelNumber(level)));
  same("its level", real.level, source.registry.levelOf(source));
  same("its name", real.name, source.name);
  same("its fields", shownFields(real.fields), fieldsText(model.fields(source)));
  if (source.fields !== undefined) return;
  const holder = source.holder as ModelHolder;
  const scoped = real as ScopedLogger;
  same("whether it has ended", scoped.disposed, !holder.live || holder.scope.ended);
  same("its outcome", scoped.outcome, holder.scope.outcome);
}
