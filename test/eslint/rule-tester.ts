import { RuleTester } from "eslint";
import { describe, it } from "vitest";

/** ESLint's own tester, with its cases as tests here. */
export function ruleTester(): RuleTester {
  Object.assign(RuleTester, { describe, it, itOnly: it.only });
  return new RuleTester({ languageOptions: { ecmaVersion: "latest", sourceType: "module" } });
}
