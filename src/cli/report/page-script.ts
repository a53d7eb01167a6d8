import { readFileSync } from "node:fs";

const imported = /^import \{([^}]*)\} from "(\.[^"]+)";$/gm;
const exported = /^export (?=(?:async function|function|class|const) (\w+))/gm;

/**
 * The script of the page, in one piece, out of the modules below `entry` as the compiler wrote them: each becomes a
 * function that is called once, in the order of their imports, and gives what it exports. So the page needs no loader,
 * and its modules are checked and formatted as all others are.
 */
export function pageScript(entry: URL): string {
  const numbers = new Map<string, number>();
  let script = '"use strict";\n';
  const add = (url: URL): number => {
    const known = numbers.get(url.href);
    if (known !== undefined) return known;
    const source = readFileSync(url, "utf8").replace(/^\/\/# sourceMappingURL=.*$/gm, "");
    const body = source.replace(imported, (_, names: string, path: string) => {
      return `const {${names.replaceAll(" as ", ": ")}} = module${add(new URL(path, url))};`;
    });
    const names: string[] = [];
    const plain = body.replace(exported, (_, name: string) => {
      names.push(name);
      return "";
    });
    const number = numbers.size;
    numbers.set(url.href, number);
    script += `const module${number} = (() => {\n${plain.trim()}\nreturn { ${names.join(", ")} };\n})();\n`;
    return number;
  };
  add(entry);
  return script;
}
