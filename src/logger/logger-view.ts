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
  /** The level of this view alone, if it was given one. */
  declare ownLevel: number | undefined;

  constructor(
    home: Home,
    name: string,
    fields: Fields,
    scope: ScopedLoggerImpl | undefined,
    ownLevel: number | undefined,
  ) {
    super(home, name, fields);
    this.scopeOf = scope;
    this.ownLevel = ownLevel;
    this.plan = drawPlan(home, name, scope, ownLevel);
  }

  override get inside(): ScopedLoggerImpl | undefined {
    return this.scopeOf;
  }

  override get fields(): Fields {
    return this.own;
  }

  override get viewLevel(): number | undefined {
    return this.ownLevel;
  }

  override makeSource(): LogSource {
    this.source = new LogSource(this.name, this.scopeOf?.id, this.scopeOf?.outer?.id, this.own);
    return this.source;
  }

  override setLevel(level: LevelSetting): void {
    if (this.ownLevel !== undefined) {
      this.ownLevel = levelNumber(level);
      this.plan = drawPlan(this.home, this.name, this.scopeOf, this.ownLevel);
    } else if (this.scopeOf !== undefined) this.scopeOf.setOwnLevel(levelNumber(level));
    else this.home.settings.setLevel(this.name, level);
  }
}
