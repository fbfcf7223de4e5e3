// What members ask about their own name, and whom they block: the directory decides, and tells all their connections.
import * as LIMITS from "../protocol/limits.ts";
import type { BlockUser, KeepName, RotateToken } from "../protocol/messages.ts";
import { nameKey, readUsername } from "../protocol/names.ts";
import type { Floor } from "./floor.ts";
import { identify } from "./identity.ts";
import type { Joined, Link } from "./link.ts";
import type { DirectoryOp, Reply } from "./ops.ts";
import { isAppToken } from "./pass.ts";

export type OwnerFrame = KeepName | RotateToken | BlockUser;

export function own(
  floor: Floor,
  link: Link,
  phase: Joined,
  frame: OwnerFrame,
  now: number,
): void {
  const { identity, key } = phase.member;
  const secret = phase.secret ?? identity;
  switch (frame.type) {
    case "register":
    case "release":
      ask(floor, link, key, { type: frame.type, identity, secret, at: now });
      break;
    case "rotate": {
      const next = identify(floor.tools, frame.token);
      // What looks like the app's would never be taken for a secret.
      if (next === null || isAppToken(floor.settings, frame.token)) {
        floor.fail(link, "unauthorized");
        break;
      }
      ask(
        floor,
        link,
        key,
        { type: "rotate", identity, secret, next, at: now },
        () => {
          phase.secret = next;
          floor.keep(link);
        },
      );
      break;
    }
    case "block":
      block(floor, link, phase, frame, now);
      break;
    case "unblock": {
      const { user } = frame;
      const username = readUsername(frame.username ?? "");
      if (user === undefined && username === null)
        floor.fail(link, "bad_username");
      else {
        const who =
          user === undefined ? { username: username ?? "" } : { user };
        ask(floor, link, key, { type: "unblock", identity, who, at: now });
      }
      break;
    }
    default:
      frame satisfies never;
  }
}

/** By the id if it is given; else of whoever has the name now. */
function block(
  floor: Floor,
  link: Link,
  { member }: Joined,
  frame: BlockUser,
  at: number,
): void {
  const { identity, key } = member;
  const username =
    frame.username === undefined ? null : readUsername(frame.username);
  if (frame.username !== undefined && username === null) {
    floor.fail(link, "bad_username");
    return;
  }
  if (frame.user !== undefined) {
    const { user } = frame;
    ask(floor, link, key, { type: "block", identity, user, username, at });
    return;
  }
  ask(floor, link, nameKey(username ?? ""), { type: "whois" }, (reply) => {
    if (reply.type !== "person") return;
    const { user, username } = reply;
    ask(floor, link, key, { type: "block", identity, user, username, at });
  });
}

/** A refusal is told; what came of it otherwise, the directory tells. */
function ask(
  floor: Floor,
  link: Link,
  key: string,
  op: DirectoryOp,
  done: (reply: Reply) => void = () => undefined,
): void {
  if (link.privates >= LIMITS.privatesInFlight) {
    floor.fail(link, "rate_limited", { retryAfter: 1000 });
    return;
  }
  link.privates++;
  floor.calls.add({ kind: "directory", name: key }, op, (reply) => {
    link.privates--;
    if (floor.links.get(link.conn) !== link) return;
    if (reply === null) floor.fail(link, "unavailable", { retryAfter: 1000 });
    else if (reply.type === "refused") {
      const { code, message, reason } = reply;
      floor.fail(link, code, { message, reason });
    } else done(reply);
  });
}
