// Room reader: a request reads a room as the app's server, as a user of the app, as a person with a secret, or as nobody.

import { toRefused } from "../core/shared/refusal.ts";
import { NOT_NAMED } from "../core/shared/room-access.ts";
import type {
  ReadInfo,
  ReadMessages,
  ReadSearch,
} from "../core/shared/room-requests.ts";
import type { Reply, RoomOp, Verified } from "../core/shared/rpc.ts";

export type RoomReader =
  | { readonly kind: "anybody" }
  | { readonly kind: "server" }
  /** @see isUnnamed the room is private, and the token names no room */
  | {
      readonly kind: "app";
      readonly verified: Verified;
      readonly isUnnamed: boolean;
    }
  | {
      readonly kind: "guest";
      readonly secret: string;
      readonly username: string;
      readonly network: string | null;
    };

/** Asks the room, which decides whether the reader may read. */
export async function readRoom(
  reader: RoomReader,
  read: ReadInfo | ReadMessages | ReadSearch,
  ask: (op: RoomOp) => Promise<Reply>,
): Promise<Reply> {
  const reply = await ask(requestOf(reader, read));
  const isOld = reply.type === "refused" && reply.code === "unsupported";
  // A room of an older release has no members.
  return isOld ? toRefused(NOT_NAMED) : reply;
}

function requestOf(
  reader: RoomReader,
  read: ReadInfo | ReadMessages | ReadSearch,
): RoomOp {
  switch (reader.kind) {
    case "anybody":
      return read;
    case "server":
      return { ...read, isServer: true };
    case "app":
      return reader.isUnnamed
        ? { type: "read-as", by: reader, read }
        : { ...read, by: reader.verified };
    case "guest":
      return { type: "read-as", by: reader, read };
    default:
      return reader satisfies never;
  }
}
