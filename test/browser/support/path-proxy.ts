// Path proxy: serves the server below a path, which it strips, as nginx and Caddy do.
import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";
import { baseUrl } from "../../conformance/support/connection.ts";

/** @returns the URL of the server below that path, until the end of the test */
export async function startPathProxy(path: string): Promise<string> {
  const upstream = new URL(baseUrl());
  const strip = (url = "/") =>
    url.startsWith(`${path}/`) ? url.slice(path.length) : null;
  const server = createServer((asked, answer) => {
    const below = strip(asked.url);
    if (below === null) {
      answer.writeHead(404).end("Another part of the site.");
      return;
    }
    const { method, headers } = asked;
    const passed = request(
      { ...addressOf(upstream), path: below, method, headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  server.on("upgrade", (asked, socket, head) => {
    const below = strip(asked.url);
    if (below === null) return socket.destroy();
    const { port, hostname } = upstream;
    const passed = connect(Number(port), hostname, () => {
      const lines = [`GET ${below} HTTP/1.1`];
      for (let at = 0; at < asked.rawHeaders.length; at += 2)
        lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`);
      passed.write(`${lines.join("\r\n")}\r\n\r\n`);
      passed.write(head);
      passed.pipe(socket).pipe(passed);
    });
    const end = () => {
      socket.destroy();
      passed.destroy();
    };
    passed.on("error", end).on("close", end);
    socket.on("error", end).on("close", end);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}${path}`;
}

function addressOf({ hostname, port }: URL) {
  return { hostname, port: Number(port) };
}
