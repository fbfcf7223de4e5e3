// Has a Node server listen on a free port of this machine, and says so.
import type { Server } from "node:http";
import { reportListening } from "./report-listening.ts";

export function listen(server: Server): void {
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
    const address = server.address();
    if (address === null || typeof address === "string") return;
    reportListening({ url: `http://127.0.0.1:${address.port}` });
  });
}

/** Without the bench there is nothing to serve. */
process.on("disconnect", () => process.exit());
