// Swept room: purges and erasures of users need these parts of a room.
import type { ServerFrame } from "../../protocol/client-frames.ts";
import type { Sql } from "../shared/contract.ts";
import type { Schedule } from "../shared/schedule.ts";
import type { Connection } from "./connection.ts";
import type { Erasures } from "./erasures.ts";
import type { Log } from "./log.ts";
import type { MessageState } from "./message-state.ts";
import type { NoticeBoard } from "./notice-board.ts";

export interface SweptRoom {
  readonly platform: { readonly sql: Sql };
  readonly name: string;
  readonly log: Log;
  readonly erasures: Erasures;
  readonly messageState: MessageState;
  readonly board: NoticeBoard;
  readonly schedule: Schedule;
  rewrite(changes: ReadonlyMap<number, string>): void;
  broadcast(message: ServerFrame, except: ReadonlySet<Connection>): void;
}
