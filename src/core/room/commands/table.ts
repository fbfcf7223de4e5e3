// Command table: a room finds the command for each type of frame that a client may send.
import type { ClientFrame } from "../../../protocol/client-frames.ts";
import { account } from "./account.ts";
import { appCommand } from "./app-command.ts";
import { block, unblock } from "./block.ts";
import { closeReport } from "./close-report.ts";
import type { Command } from "./command.ts";
import { deleteMessage } from "./delete.ts";
import { edit } from "./edit.ts";
import { help } from "./help.ts";
import { history } from "./history.ts";
import { join } from "./join.ts";
import { leave } from "./leave.ts";
import { message } from "./message.ts";
import { moderate } from "./moderate.ts";
import { pin } from "./pin.ts";
import { ping } from "./ping.ts";
import { privateMessage } from "./private.ts";
import { react } from "./react.ts";
import { read } from "./read.ts";
import { received } from "./received.ts";
import { report } from "./report.ts";
import { reports } from "./reports.ts";
import { forget, rooms } from "./rooms.ts";
import { search } from "./search.ts";
import { typing } from "./typing.ts";
import { who } from "./who.ts";

type FrameOf<Type> = Extract<ClientFrame, { type: Type }>;

export const COMMANDS: {
  readonly [Type in ClientFrame["type"]]: Command<FrameOf<Type>>;
} = {
  join,
  message,
  edit,
  delete: deleteMessage,
  pin,
  react,
  private: privateMessage,
  who,
  history,
  search,
  received,
  read,
  rooms,
  forget,
  typing,
  leave,
  register: account,
  release: account,
  rotate: account,
  moderate,
  report,
  reports,
  close_report: closeReport,
  block,
  unblock,
  command: appCommand,
  ping,
  help,
};
