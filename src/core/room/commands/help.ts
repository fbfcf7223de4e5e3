// Help command: the room sends the list of lines that a person may type.
import { HELP } from "../../../protocol/typed-line.ts";
import type { ConnectionCommand } from "./command.ts";

export const help: ConnectionCommand<unknown> = {
  needs: "connection",
  isUnordered: true,
  run(context, connection) {
    const { commands = [] } = context.hooks ?? {};
    const own = commands.map((name) => `/${name}: a command of this server`);
    const text = [...HELP, ...own].join("\n");
    context.send(connection, { type: "help", text });
  },
};
