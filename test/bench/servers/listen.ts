// Listen: starts a Node server on a free local port and reports the port.
import type { Server } from "node:http";
import { reportListening } from "./report-listening.ts";

export function listen(server: Server): void {
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
    const address = server.address();
    if (address === null || typeof address === "string") return;
    reportListening({ url: `http://127.0.0.1:${address.port}` });
  });
}

/** The server ends with the benchmark. */
process.on("disconnect", () => process.exit());
