import type { FilterLike } from "../port/filter.ts";
import type { Handler } from "../port/handler.ts";
import { type LevelSetting, levelNumber } from "../record/level.ts";
import { Category, type CategorySettings, parentName } from "./category.ts";
import type { Config, LoggerConfig } from "./config.ts";
import { advanceEpoch } from "./plan.ts";

const defaultLevel = levelNumber("info");

/**
 * The category tree of one registry: what the configuration says, and over it what was set by `setLevel` since. It is
 * held strongly and knows no logger, so settings survive any collection.
 */
export class Settings {
  #config: Config = {};
  #envLevels: ReadonlyMap<string, LevelSetting> = new Map();
  /** Whether there is a category whose lines reach no handler. */
  silent = true;
  readonly #levels = new Map<string, LevelSetting>();
  readonly #subtreeLevels = new Map<string, LevelSetting>();
  #categories = new Map<string, Category>();
  #root: Category;
  // Scopes are opened in their thousands under one name: the last answer is nearly always the next.
  #lastName = "";
  #lastCategory: Category;

  constructor() {
    this.#root = this.#lastCategory = this.#build("");
  }

  /**
   * Takes `config`, which must have passed `checkConfig`, in place of the one before.
   * @param envLevels levels by category that the environment sets over it
   */
  apply(config: Config, envLevels: ReadonlyMap<string, LevelSetting> = new Map()): void {
    this.#config = config;
    this.#envLevels = envLevels;
    this.#rebuild();
  }

  /** Sets the level of a category over its configuration, or with undefined takes that back. */
  setLevel(name: string, level: LevelSetting | undefined): void {
    if (level === undefined) this.#levels.delete(name);
    else this.#levels.set(name, level);
    this.#rebuild();
  }

  /** The same for a category and all below it, whatever they say themselves. */
  setSubtreeLevel(name: string, level: LevelSetting | undefined): void {
    if (level === undefined) this.#subtreeLevels.delete(name);
    else this.#subtreeLevels.set(name, level);
    this.#rebuild();
  }

  /** The category that rules `name`: its own, or that of the nearest configured name above. */
  category(name: string): Category {
    if (name === this.#lastName) return this.#lastCategory;
    const category = this.#nearest(name);
    this.#lastName = name;
    this.#lastCategory = category;
    return category;
  }

  #nearest(name: string): Category {
    if (this.#categories.size === 0) return this.#root;
    for (let above = name; above !== ""; above = parentName(above)) {
      const category = this.#categories.get(above);
      if (category !== undefined) return category;
    }
    return this.#root;
  }

  #rebuild(): void {
    this.#categories = new Map();
    this.#root = this.#build("");
    const names = new Set([
      ...Object.keys(this.#config.loggers ?? {}),
      ...this.#envLevels.keys(),
      ...this.#levels.keys(),
      ...this.#subtreeLevels.keys(),
    ]);
    names.delete("");
    // A shorter name is never below a longer one, so what a category inherits is built before it.
    for (const name of [...names].sort((a, b) => a.length - b.length)) this.#categories.set(name, this.#build(name));
    this.#lastName = "";
    this.#lastCategory = this.#root;
    const isSilent = ({ settings }: Category) => settings.handlers.length === 0;
    this.silent = isSilent(this.#root) || [...this.#categories.values()].some(isSilent);
    advanceEpoch();
  }

  #build(name: string): Category {
    const own = this.#own(name);
    const inherited: CategorySettings | undefined = name === "" ? undefined : this.#nearest(parentName(name)).settings;
    const handlers = (own.handlers ?? []).map((key) => this.#config.handlers?.[key] as Handler);
    if (inherited !== undefined && own.propagate !== false) handlers.push(...inherited.handlers);
    const filters: FilterLike[] = [...(own.filters ?? []), ...(inherited?.filters ?? [])];
    const level = this.#subtreeLevel(name) ?? this.#levels.get(name) ?? this.#envLevels.get(name) ?? own.level;
    return new Category({
      level: level === undefined ? (inherited?.level ?? defaultLevel) : levelNumber(level),
      // A handler that is named at two heights takes a line once.
      handlers: [...new Set(handlers)],
      filters: filters.length > 0 ? filters : undefined,
    });
  }

  #own(name: string): LoggerConfig {
    const { loggers } = this.#config;
    return loggers !== undefined && Object.hasOwn(loggers, name) ? (loggers[name] as LoggerConfig) : {};
  }

  #subtreeLevel(name: string): LevelSetting | undefined {
    if (this.#subtreeLevels.size === 0) return undefined;
    for (let above = name; ; above = parentName(above)) {
      const level = this.#subtreeLevels.get(above);
      if (level !== undefined || above === "") return level;
    }
  }
}
