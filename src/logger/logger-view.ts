import type { Fields } from "../record/fields.ts";
import type { LevelSetting } from "../record/level.ts";
import { levelNumber } from "../record/level.ts";
import { LogSource } from "../record/log-source.ts";
import { BaseLogger, drawPlan } from "./base-logger.ts";
import type { Home } from "./home.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";

/** A logger without an end: a named one, or a view of a scope, which it keeps alive. It is registered nowhere. */
export class LoggerView extends BaseLogger {
  declare readonly scopeOf: ScopedLoggerImpl | undefined;

  constructor(home: Home, name: string, fields: Fields, scope: ScopedLoggerImpl | undefined) {
    super(home, name, fields);
    this.scopeOf = scope;
    this.plan = drawPlan(home, name, scope);
  }

  override get inside(): ScopedLoggerImpl | undefined {
    return this.scopeOf;
  }

  override get fields(): Fields {
    return this.own;
  }

  override makeSource(): LogSource {
    this.source = new LogSource(this.name, this.scopeOf?.id, this.scopeOf?.outer?.id, this.own);
    return this.source;
  }

  override setLevel(level: LevelSetting): void {
    if (this.scopeOf !== undefined) this.scopeOf.setOwnLevel(levelNumber(level));
    else this.home.settings.setLevel(this.name, level);
  }
}
