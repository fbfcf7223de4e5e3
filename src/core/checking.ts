// Finding out whose token it is: a guest's secret at once, an app's token by way of whoever can check it.
import type { CloseName, ErrorCode } from "../protocol/errors.ts";
import { NOT_NAMED } from "./door.ts";
import type { Floor } from "./floor.ts";
import type { Checking, Link } from "./link.ts";
import type { Reply } from "./ops.ts";
import { appPass, guestPass, isAppToken, type Shown } from "./pass.ts";

/** Hears whose it is, in this event or in a later one. */
export type Heard = (shown: Shown, now: number) => void;

/** What arrives on the connection meanwhile is held. */
export function check(
  floor: Floor,
  link: Link,
  token: string,
  now: number,
  heard: Heard,
): void {
  if (!isAppToken(floor.settings, token)) {
    // No secret names a private room, whether it is one or not.
    const shown: Shown = floor.isPrivate
      ? { ok: false, refusal: NOT_NAMED }
      : guestPass(floor.tools, token);
    heard(shown, now);
    return;
  }
  const phase: Checking = { state: "checking", held: [], heldBytes: 0 };
  link.phase = phase;
  floor.keep(link);
  floor.calls.add(
    // Each by itself: nobody waits for the keys of somebody else's token.
    { kind: "issuer", name: link.id },
    { type: "verify", token },
    (reply, then) => {
      const waits = link.phase === phase && floor.links.get(link.conn) === link;
      if (!waits) return;
      link.phase = { state: "new" };
      floor.freed.push({ link, held: phase.held });
      heard(shownBy(floor, reply, then), then);
    },
  );
}

/** Of the token that came with the connection, which stands or falls with it. */
export function checkBearer(
  floor: Floor,
  link: Link,
  token: string,
  now: number,
  admitted: (now: number) => void,
): void {
  check(floor, link, token, now, (shown, then) => {
    if (shown.ok) {
      link.bearer = shown.pass;
      admitted(then);
      return;
    }
    const { code, ...more } = shown.refusal;
    floor.fail(link, code, more);
    floor.shut(link, closeFor(code));
  });
}

function shownBy(floor: Floor, reply: Reply | null, now: number): Shown {
  const { tools, settings, name } = floor;
  switch (reply?.type) {
    case "verified":
      return appPass(tools, settings, name, reply, now);
    case "refused":
      return { ok: false, refusal: reply };
    default:
      return {
        ok: false,
        refusal: { code: "unavailable", retryAfter: 1000 },
      };
  }
}

/** How a connection is closed that was refused so. */
export function closeFor(code: ErrorCode): CloseName {
  if (code === "unauthorized") return "unauthorized";
  if (code === "unavailable") return "restarted";
  return "refused";
}
