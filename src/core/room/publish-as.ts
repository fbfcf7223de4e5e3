// Publish as: a bot or a person publishes by HTTP, and passes the same checks as a member who writes: rate, repeated id, name, hook.
import { nameKey } from "../../protocol/name-key.ts";
import { publicId } from "../shared/identity.ts";
import { guestPrincipal, type Principal } from "../shared/principal.ts";
import { type Refused, toRefused } from "../shared/refusal.ts";
import { isCreationAllowed, NO_ROOM } from "../shared/room-access.ts";
import type { Entered, Rank, Reply } from "../shared/rpc.ts";
import type { PublishAs } from "../shared/server-requests.ts";
import { mayCreateRoom, resolveUsername } from "./admission.ts";
import { askAboutText, type HookedPublisher } from "./ask-about-text.ts";
import { authResultOf } from "./authenticate.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { takeToken } from "./flood-control.ts";
import { notifyLeave } from "./leave.ts";
import { suffixedName } from "./name-suffix.ts";
import { roleByStanding, roleOfMember, type Standing } from "./permission.ts";
import { type Answer, answerRepeated } from "./publish.ts";

/** @param answer is called once, when the message is stored or refused */
export function publishAs(
  context: RoomContext,
  op: PublishAs,
  now: number,
  answer: Answer,
): void {
  const { by } = op;
  if (by.kind === "bot") {
    publishAsBot(context, op, by, now, answer);
    return;
  }
  const auth =
    by.kind === "guest"
      ? guestPrincipal(context.platform, by.secret)
      : authResultOf(context, by.verified, now);
  if (!auth.ok) {
    answer(toRefused(auth.refusal));
    return;
  }
  const { principal } = auth;
  const join = {
    type: "join",
    ...(by.kind === "guest" && { username: by.username }),
  } as const;
  const named = resolveUsername(context, join, principal, now);
  if (named.ok)
    publishAsPerson(context, op, principal, named.username, now, answer);
  else answer(toRefused(named.refusal));
}

function publishAsBot(
  context: RoomContext,
  op: PublishAs,
  { identity, username, data }: Extract<PublishAs["by"], { kind: "bot" }>,
  now: number,
  answer: Answer,
): void {
  const { settings, log, name } = context;
  if (log.epoch === null && !isCreationAllowed(settings, name, "app")) {
    answer(toRefused(NO_ROOM));
    return;
  }
  const bot: HookedPublisher = {
    ...{ user: publicId(identity), username, isBot: true, kind: "bot" },
    role: () => null,
    data: data === undefined ? null : JSON.stringify(data),
  };
  askAboutText(context, bot, op, now, answer);
}

function publishAsPerson(
  context: RoomContext,
  op: PublishAs,
  principal: Principal,
  username: string,
  now: number,
  answer: Answer,
): void {
  const { identity } = principal;
  const member = context.presence.find(nameKey(username), identity);
  const retryAfter =
    member === undefined
      ? context.absentRates.take(identity, now)
      : takeToken(context, member, "send", now);
  if (retryAfter > 0)
    answer({ type: "refused", code: "rate_limited", retryAfter });
  else if (answerRepeated(context, publicId(identity), op.id, answer)) return;
  else if (member !== undefined)
    askAboutText(context, publisherOf(context, member), op, now, answer);
  else enterBriefly(context, op, principal, username, 0, now, answer);
}

/**
 * Gets the name for a person who is not in the room, as a join does, and leaves
 * at once: the claim stays for as long as after any leave.
 *
 * @param attempts names that were taken by other users of the app
 */
function enterBriefly(
  context: RoomContext,
  op: PublishAs,
  principal: Principal,
  username: string,
  attempts: number,
  now: number,
  answer: Answer,
): void {
  const requested =
    attempts === 0
      ? username
      : suffixedName(username, principal.identity, attempts);
  if (requested === null) {
    answer({ type: "refused", code: "username_taken" });
    return;
  }
  const key = nameKey(requested);
  const rank: Rank = principal.username === null ? "guest" : "app";
  context.calls.add(
    { kind: "directory", name: key },
    {
      type: "enter",
      ...{ identity: principal.identity, rank, username: requested },
      ...{ room: context.name, version: context.nextVersion(now) },
      withoutMail: true,
    },
    (reply, at) => {
      if (reply?.type !== "entered") {
        if (reply === null) notifyLeave(context, key, principal.identity, at);
        if (rank === "app" && isNameTaken(reply))
          enterBriefly(
            ...([context, op, principal, username] as const),
            ...([attempts + 1, at, answer] as const),
          );
        else answer(reply?.type === "refused" ? reply : UNAVAILABLE);
        return;
      }
      if (reply.version !== undefined) context.observeVersion(reply.version);
      const identity = reply.identity ?? principal.identity;
      notifyLeave(context, key, identity, at);
      if (!mayCreateRoom(context, { rank }, reply)) {
        answer(toRefused(NO_ROOM));
        return;
      }
      const member = context.presence.find(key, identity);
      const publisher =
        member === undefined
          ? awayPublisher(context, principal, key, identity, reply)
          : publisherOf(context, member);
      askAboutText(context, publisher, op, at, answer);
    },
  );
}

const UNAVAILABLE: Refused = {
  type: "refused",
  code: "unavailable",
  retryAfter: 1000,
};

function publisherOf(context: RoomContext, member: Member): HookedPublisher {
  const { user, username, accountKind: kind, data } = member;
  const role = () => roleOfMember(context, member);
  return { user, username, isBot: false, kind, role, data };
}

/** @param identity of the claim, which a new secret opens as the first one did */
function awayPublisher(
  context: RoomContext,
  principal: Principal,
  key: string,
  identity: string,
  { username, registered, secretEnds }: Entered,
): HookedPublisher {
  const guest = registered === undefined ? "guest" : "registered";
  const kind = principal.username === null ? guest : "app";
  const user = publicId(identity);
  const standing: Standing = {
    ...{ user, key, accountKind: kind, grants: [principal.role] },
    hasOldSecret: secretEnds !== undefined,
  };
  const role = () => roleByStanding(context, standing);
  return { user, username, isBot: false, kind, role, data: principal.data };
}

function isNameTaken(reply: Reply | null): boolean {
  return reply?.type === "refused" && reply.code === "username_taken";
}
