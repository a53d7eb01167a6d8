// The clients, in a process of their own, so that their ends of the connections are not among the counted sockets.
import { connect } from "node:net";
import type { Failed, Open } from "./messages.ts";
import { tell } from "./tell.ts";

process.on("message", ({ connections, port }: Open) => {
  for (let opened = 0; opened < connections; opened++) visit(port);
});

/** One connection: asks, waits for the whole answer, asks again, and says bye with the last. */
function visit(port: number): void {
  const requests = ["hello\n", "bye\n"];
  let request: string | undefined;
  let answer = "";
  const socket = connect(port, "127.0.0.1");
  const ask = (): void => {
    request = requests.shift();
    answer = "";
    // After the last answer the server closes, and that closes this end.
    if (request !== undefined) socket.write(request);
  };
  socket.setEncoding("latin1").on("connect", ask);
  socket.on("data", (text: string) => {
    answer += text;
    if (answer === request) ask();
  });
  socket.on("error", ({ message }) => tell({ kind: "failed", message } satisfies Failed));
}

process.once("disconnect", () => process.exit());
