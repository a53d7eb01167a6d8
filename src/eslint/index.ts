// ESLint's users expect a plugin to be the default export, and oxlint takes no other.
// biome-ignore lint/style/noDefaultExport: see above
export { type FlatConfig, type Plugin, plugin, plugin as default } from "./plugin.ts";
export type { Rule } from "./rule.ts";
