// Ping command: the room answers `pong`, where the runtime has not answered already.
import type { ConnectionCommand } from "./command.ts";

export const ping: ConnectionCommand<unknown> = {
  needs: "connection",
  isUnordered: true,
  run: (context, connection) => context.send(connection, { type: "pong" }),
};
