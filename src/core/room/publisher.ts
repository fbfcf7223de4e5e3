// Publisher: a room finds out who sends something by HTTP: a bot, a member, or a person who is not in the room and gets the name for a moment.
import { nameKey } from "../../protocol/name-key.ts";
import { higherRole, type Role } from "../../protocol/roles.ts";
import type { Entered, Rank } from "../shared/directory-requests.ts";
import { publicId } from "../shared/identity.ts";
import { guestPrincipal, type Principal } from "../shared/principal.ts";
import { type Refusal, type Refused, toRefused } from "../shared/refusal.ts";
import {
  isCreationAllowed,
  NO_ROOM,
  NOT_NAMED,
} from "../shared/room-access.ts";
import type { Reply } from "../shared/rpc.ts";
import type { PublishedBy } from "../shared/server-requests.ts";
import { mayCreateRoom, resolveUsername } from "./admission.ts";
import { authResultOf } from "./authenticate.ts";
import type { Owner } from "./authorship.ts";
import { networkRefusal } from "./ban-network.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { type Entrant, entryRefusal, shutRefusal } from "./entry-permission.ts";
import { type RateClass, takeToken } from "./flood-control.ts";
import { notifyLeave } from "./leave.ts";
import { suffixedName } from "./name-suffix.ts";
import { roleByStanding, roleOfMember, type Standing } from "./permission.ts";
import { type Answer, answerRepeated, type Publisher } from "./publish.ts";

/** A publisher, as the room and the app see them. */
export interface RoomPublisher extends Publisher, Owner {
  /** The role in the room at present; null: there is none. */
  role(): Role | null;
  /** @returns why the publisher may not be in the room; null: nothing forbids it */
  entryRefusal(): Refusal | null;
  /** The network of a guest, as the host tells it; absent or null: not known. */
  readonly network?: string | null;
  /** JSON text of the custom data; null: there is none. */
  readonly data: string | null;
}

/** Something that is sent by HTTP. */
interface Sent {
  readonly by: PublishedBy;
  /** The publisher's own id for it, if a repeated one gets the first reply. */
  readonly id?: string;
  /** By default as a message. */
  readonly rate?: RateClass;
}

export interface OnPublisher {
  /** Gets the publisher, whose rate allows it. */
  found(publisher: RoomPublisher, now: number): void;
  /** Gets the refusal, or the reply to a repeated id. */
  readonly answer: Answer;
}

/** Calls back once, in this event or in a later one. */
export function findPublisher(
  context: RoomContext,
  sent: Sent,
  now: number,
  on: OnPublisher,
): void {
  const { by } = sent;
  if (by.kind === "bot") {
    findBot(context, by, now, on);
    return;
  }
  const auth =
    by.kind === "guest"
      ? guestPrincipal(context.platform, by.secret)
      : authResultOf(context, by.verified, now);
  if (!auth.ok) {
    on.answer(toRefused(auth.refusal));
    return;
  }
  const { principal } = auth;
  const join = {
    type: "join",
    ...(by.kind === "guest" && { username: by.username }),
  } as const;
  const named = resolveUsername(context, join, principal, now);
  if (!named.ok) {
    on.answer(toRefused(named.refusal));
    return;
  }
  const { username, isOutsider } = named;
  findPerson(context, sent, principal, username, now, {
    answer: (reply) => on.answer(isOutsider ? outsiderReply(reply) : reply),
    found(person, at) {
      const network = by.kind === "guest" ? (by.network ?? null) : null;
      const publisher = { ...person, network };
      const refusal =
        publisher.entryRefusal() ?? newcomerRefusal(context, publisher, at);
      if (refusal === null) on.found(publisher, at);
      else on.answer(toRefused(refusal));
    },
  });
}

/** @returns why a guest may not come from a banned network; null: nothing forbids it */
export function newcomerRefusal(
  context: RoomContext,
  { user, network = null, kind, hasOldSecret, role }: RoomPublisher,
  now: number,
): Refusal | null {
  const person = { user, role, accountKind: kind, hasOldSecret };
  return networkRefusal(context, { ...person, network }, now);
}

/** An outsider at a private room does not learn whether it exists, nor of names. */
function outsiderReply(reply: Reply): Reply {
  const isFault =
    reply.type === "refused" &&
    ["unavailable", "internal", "rate_limited"].includes(reply.code);
  return isFault ? reply : toRefused(NOT_NAMED);
}

function findBot(
  context: RoomContext,
  { identity, username, data }: Extract<PublishedBy, { kind: "bot" }>,
  now: number,
  on: OnPublisher,
): void {
  const { settings, log, name } = context;
  const isMissing =
    log.epoch === null && !isCreationAllowed(settings, name, "app");
  const refusal = isMissing ? NO_ROOM : shutRefusal(context);
  if (refusal !== null) {
    on.answer(toRefused(refusal));
    return;
  }
  const bot: RoomPublisher = {
    ...{ user: publicId(identity), username, isBot: true, kind: "bot" },
    ...{ key: nameKey(username), hasOldSecret: false },
    role: () => null,
    // The app itself speaks by its bots.
    entryRefusal: () => shutRefusal(context),
    data: data === undefined ? null : JSON.stringify(data),
  };
  on.found(bot, now);
}

function findPerson(
  context: RoomContext,
  { id, rate = "send" }: Sent,
  principal: Principal,
  username: string,
  now: number,
  on: OnPublisher,
): void {
  const { identity } = principal;
  const member = context.presence.find(nameKey(username), identity);
  const hasOldSecret = member && secretState(member, principal);
  const retryAfter =
    member === undefined
      ? context.absentRates.take(identity, now)
      : takeToken(context, member, rate, now);
  if (retryAfter > 0)
    on.answer({ type: "refused", code: "rate_limited", retryAfter });
  else if (
    // Elsewhere the right to be here is looked at first.
    !context.isRestricted &&
    answerRepeated(context, publicId(identity), id, on.answer)
  )
    return;
  else if (member !== undefined && hasOldSecret !== undefined)
    on.found(publisherOf(context, principal, member, hasOldSecret), now);
  else enterBriefly(context, principal, username, 0, now, on);
}

/**
 * Gets the name for a person who is not in the room, as a join does, and leaves
 * at once: the claim stays for as long as after any leave.
 *
 * @param attempts names that were taken by other users of the app
 */
function enterBriefly(
  context: RoomContext,
  principal: Principal,
  username: string,
  attempts: number,
  now: number,
  on: OnPublisher,
): void {
  const requested =
    attempts === 0
      ? username
      : suffixedName(username, principal.identity, attempts);
  if (requested === null) {
    on.answer({ type: "refused", code: "username_taken" });
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
          enterBriefly(context, principal, username, attempts + 1, at, on);
        else on.answer(reply?.type === "refused" ? reply : UNAVAILABLE);
        return;
      }
      if (reply.version !== undefined) context.observeVersion(reply.version);
      const identity = reply.identity ?? principal.identity;
      notifyLeave(context, key, identity, at);
      const member = context.presence.find(key, identity);
      const hasOldSecret = reply.secretEnds !== undefined;
      const publisher =
        member === undefined
          ? awayPublisher(context, principal, key, identity, reply)
          : publisherOf(context, principal, member, hasOldSecret);
      const mayCreate = mayCreateRoom(context, { rank }, reply);
      const refusal = publisher.entryRefusal() ?? (mayCreate ? null : NO_ROOM);
      if (refusal === null) on.found(publisher, at);
      else on.answer(toRefused(refusal));
    },
  );
}

const UNAVAILABLE: Refused = {
  type: "refused",
  code: "unavailable",
  retryAfter: 1000,
};

/**
 * Has a newer secret replaced the one by which a member publishes?
 *
 * @returns undefined if no connection of the member tells
 */
function secretState(
  member: Member,
  { identity, username }: Principal,
): boolean | undefined {
  // An app's user has none.
  if (username !== null) return false;
  for (const { state } of member.connections)
    if (
      state.kind === "joined" &&
      (state.secret ?? member.identity) === identity
    )
      return state.hasOldSecret;
  return undefined;
}

/** An older secret still opens the name, and has no role. */
function publisherOf(
  context: RoomContext,
  { namesRoom, role: granted }: Principal,
  member: Member,
  hasOldSecret: boolean,
): RoomPublisher {
  const { user, key, username, accountKind: kind, data } = member;
  // The token at hand may be newer than those of the connections.
  const role = () =>
    hasOldSecret ? null : higherRole(roleOfMember(context, member), granted);
  const entrant: Entrant = {
    ...{ user, key, accountKind: kind, grants: [granted] },
    ...{ hasOldSecret, namesRoom },
  };
  return {
    ...{ user, key, username, isBot: false, kind, hasOldSecret, role, data },
    entryRefusal: () => entryRefusal(context, entrant),
  };
}

/** @param identity of the claim, which a new secret opens as the first one did */
function awayPublisher(
  context: RoomContext,
  principal: Principal,
  key: string,
  identity: string,
  { username, registered, secretEnds }: Entered,
): RoomPublisher {
  const guest = registered === undefined ? "guest" : "registered";
  const kind = principal.username === null ? guest : "app";
  const user = publicId(identity);
  const standing: Standing = {
    ...{ user, key, accountKind: kind, grants: [principal.role] },
    hasOldSecret: secretEnds !== undefined,
  };
  const { hasOldSecret } = standing;
  const role = () => roleByStanding(context, standing);
  const entrant: Entrant = { ...standing, namesRoom: principal.namesRoom };
  return {
    ...{ user, key, username, isBot: false, kind, hasOldSecret, role },
    entryRefusal: () => entryRefusal(context, entrant),
    data: principal.data,
  };
}

function isNameTaken(reply: Reply | null): boolean {
  return reply?.type === "refused" && reply.code === "username_taken";
}
