import { once } from "node:events";
import { type AddressInfo, createServer, connect as netConnect } from "node:net";
import { createSecureContext, connect as tlsConnect } from "node:tls";
import { expect, test } from "vitest";
import { failureText, firstLine } from "../../src/syslog/failure-text.ts";
import { unusedPort } from "./support/sockets.ts";

test("the failure of a host with several addresses names each, though Node's error says nothing", async () => {
  const port = await unusedPort();
  const addresses = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
  const socket = netConnect({ host: "two.test", port, lookup: (_host, _options, found) => found(null, addresses) });
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toBe("");
  expect(failureText(error)).toBe(`connect ECONNREFUSED 127.0.0.1:${port}, connect ECONNREFUSED 127.0.0.2:${port}`);
});

test("a server that does not speak TLS is told in words", async () => {
  await using server = createServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [error] = (await once(tlsConnect({ host: "127.0.0.1", port }), "error")) as [Error];
  expect(error.message).toContain(":error:");
  expect(failureText(error)).toBe(
    "wrong version number (ERR_SSL_WRONG_VERSION_NUMBER); perhaps the server does not speak TLS at this port",
  );
});

test("what OpenSSL says of a key is told in words", () => {
  let thrown: unknown;
  try {
    createSecureContext({ cert: "no certificate" });
  } catch (error) {
    thrown = error;
  }
  expect(failureText(thrown)).toMatch(/^no start line \(ERR_OSSL_\w*NO_START_LINE\)$/);
});

test("other errors have their message, and if there is none their code", () => {
  expect(failureText(new Error("connect ECONNREFUSED ::1:514"))).toBe("connect ECONNREFUSED ::1:514");
  expect(failureText(Object.assign(new Error(""), { code: "EPIPE" }))).toBe("EPIPE");
  expect(failureText("a text")).toBe("a text");
  expect(failureText(null)).toBe("null");
});

test("what others say is one line, of bounded length, and is not obeyed", () => {
  expect(firstLine("500 no\u001b]0;owned\u0007\nnext")).toBe("500 no\\x1b]0;owned\\x07");
  expect(firstLine("x".repeat(1e6))).toHaveLength(300);
  expect(failureText(new Error("\u001b[31m\u202e"))).toBe("\\x1b[31m\\u202e");
});
