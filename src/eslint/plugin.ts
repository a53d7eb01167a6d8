import { noFloatingReturn } from "./no-floating-return.ts";
import { requireUsing } from "./require-using.ts";
import type { Rule } from "./rule.ts";

/** A plugin for ESLint 9 and 10 (flat configuration), and for oxlint. */
export interface Plugin {
  readonly meta: { readonly name: string; readonly namespace: string };
  readonly rules: { readonly "require-using": Rule; readonly "no-floating-return": Rule };
  readonly configs: { readonly recommended: FlatConfig };
}

/** The part of a flat configuration that is given here. */
export interface FlatConfig {
  readonly name: string;
  readonly plugins: Record<string, Plugin>;
  readonly rules: Record<string, "error">;
}

const rules = { "require-using": requireUsing, "no-floating-return": noFloatingReturn };
const meta = { name: "scopelog", namespace: "scopelog" };
const plugins: Record<string, Plugin> = {};

/** The plugin: `export default [scopelog.configs.recommended]` in `eslint.config.js` switches on both rules. */
export const plugin: Plugin = {
  meta,
  rules,
  configs: {
    recommended: {
      name: "scopelog/recommended",
      plugins,
      rules: { "scopelog/require-using": "error", "scopelog/no-floating-return": "error" },
    },
  },
};

// A configuration names the plugin that it is a part of.
plugins["scopelog"] = plugin;
