// The puzzle of a field report of 2015: one logger per connection, each with a syslog handler and so a socket of its
// own, and three lines of clean-up of which only the last one helped. The heap says why.
import { puzzle } from "./puzzle.ts";
import { forgottenScopes } from "./scopes.ts";

const connections = 200;

for (const { line, sockets, loggers, handler, logger } of await puzzle(connections)) {
  console.log(
    `After ${line}: of ${connections} connections that are gone, ${sockets} sockets and ${loggers} loggers are left.`,
  );
  console.log(indent(handler));
  console.log(indent(logger));
  console.log();
}

console.log(`The name was never the only thing that held a logger: "Connection.1" has a dot, so a placeholder for its parent
"Connection" keeps it too, in loggerMap. Through the logger it held the handler, and through that the socket. The third
line cut the handler off the logger, which is why the sockets closed; the loggers are still there, one per connection.`);

const { sockets, live, told } = await forgottenScopes(connections);
console.log(`
With scopes, and no line at all: ${sockets} sockets and ${live} scopes are left. The library told:
${indent(told)}`);

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
