// Private command: a private message goes to the addressee's directory, and is acked once it is stored there.

import type {
  PrivateAck,
  PrivateFrame,
} from "../../../protocol/client-frames.ts";
import * as LIMITS from "../../../protocol/limits.ts";
import { nameKey } from "../../../protocol/name-key.ts";
import { readUsername } from "../../../protocol/names.ts";
import type {
  OnlyConnectionHint,
  PrivateMessageRecord,
} from "../../shared/mail-records.ts";
import type { Reply } from "../../shared/rpc.ts";
import { type Connection, knownEpoch, type Member } from "../connection.ts";
import type { RoomContext } from "../context.ts";
import type { MemberCommand } from "./command.ts";

export const privateMessage: MemberCommand<PrivateFrame> = {
  needs: "joined",
  rate: "send",
  isSpeech: true,
  hook: {
    name: "privateMessage",
    ask: (hooks, question, { to, text, data, id, toUser }) => {
      const username = readUsername(to);
      if (username === null) return { type: "refused", code: "bad_username" };
      const answer = hooks.privateMessage?.({
        ...question,
        to: username,
        text,
        ...(data !== undefined && { data }),
        ...(id !== undefined && { id }),
        ...(toUser !== undefined && { toUser }),
      });
      return answer ?? null;
    },
  },
  run(context, { via, member, session }, { to, text, data, id, toUser }, now) {
    const username = readUsername(to);
    if (username === null) {
      context.sendError(via, "bad_username", { id });
      return;
    }
    if (via.privatesInFlight >= LIMITS.privatesInFlightMax) {
      context.sendError(via, "rate_limited", { id, retryAfter: 1000 });
      return;
    }
    via.privatesInFlight++;
    const record: PrivateMessageRecord = {
      id: context.platform.random(12),
      ...(id !== undefined && { clientId: id }),
      identity: member.identity,
      username: member.username,
      to: username,
      text,
      ...(data !== undefined && { data }),
      at: now,
      ...knownEpoch(session),
    };
    const key = nameKey(username);
    const { epoch: toEpoch = 0 } = context.presence.get(key) ?? {};
    context.privateQueue.add(
      key,
      {
        type: "post",
        letter: record,
        fromKey: member.key,
        origin: via.id,
        ...onlyConnectionHint(context, via, member),
        ...(toUser !== undefined && { toUser }),
        ...(toEpoch !== 0 && { toEpoch }),
      },
      (reply) => sendAnswer(context, via, id, reply),
    );
  },
};

function onlyConnectionHint(
  { name, joining }: RoomContext,
  via: Connection,
  { key, connections, version }: Member,
): { sole?: OnlyConnectionHint } {
  // The version is not known of a member that slept in an older release.
  if (connections.size !== 1 || version === 0) return {};
  // The sender may have come back by another one while the app decided.
  let isOnly = connections.has(via);
  // The directory has let it in already, and the app has not answered yet.
  for (const { state } of joining)
    if (state.kind === "joining" && state.key === key) isOnly = false;
  return isOnly ? { sole: { room: name, version } } : {};
}

function sendAnswer(
  context: RoomContext,
  connection: Connection,
  id: string | undefined,
  reply: Reply | null,
): void {
  connection.privatesInFlight--;
  if (!context.isOpen(connection)) return;
  if (reply?.type === "refused") {
    const { code, retryAfter } = reply;
    context.sendError(connection, code, { id, retryAfter });
  } else if (reply?.type === "posted") {
    const { type: _, id: serverId, ...rest } = reply;
    const ack: PrivateAck = {
      type: "ack",
      ...(id !== undefined && { id }),
      private: serverId,
      ...rest,
    };
    context.send(connection, ack);
  } else {
    context.sendError(connection, "unavailable", { id, retryAfter: 1000 });
  }
}
