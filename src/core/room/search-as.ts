// Search as: users and servers search a room by HTTP, with the rights of those who read its pages.
import { publicId } from "../shared/identity.ts";
import { guestPrincipal } from "../shared/principal.ts";
import { toRefused } from "../shared/refusal.ts";
import type { ReadSearch } from "../shared/room-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { PublishedBy } from "../shared/server-requests.ts";
import { authResultOf } from "./authenticate.ts";
import type { RoomContext } from "./context.ts";
import type { Answer } from "./publish.ts";
import { readerRefusal } from "./queries.ts";

/** Users without a token share one rate. */
const ANYBODY = "";

/** Searches for a reader who may be no member of the room. */
export function searchFor(
  context: RoomContext,
  op: ReadSearch,
  now: number,
  answer: Answer,
): void {
  const refuse = (at: number) => readerRefusal(context, op, at);
  const { by, isServer } = op;
  const auth = by === undefined ? null : authResultOf(context, by, now);
  const user = auth?.ok ? publicId(auth.principal.identity) : ANYBODY;
  search(context, op, isServer ? null : user, refuse, now, answer);
}

/** Searches for a user whose right to read has been found out. */
export function searchAs(
  context: RoomContext,
  op: ReadSearch,
  by: Exclude<PublishedBy, { kind: "bot" }>,
  refuse: (now: number) => Reply | null,
  now: number,
  answer: Answer,
): void {
  const auth =
    by.kind === "guest"
      ? guestPrincipal(context.platform, by.secret)
      : authResultOf(context, by.verified, now);
  const user = auth.ok ? publicId(auth.principal.identity) : ANYBODY;
  search(context, op, user, refuse, now, answer);
}

function search(
  { searches }: RoomContext,
  { text, before, limit }: ReadSearch,
  user: string | null,
  refuse: (now: number) => Reply | null,
  now: number,
  answer: Answer,
): void {
  const refusal = refuse(now);
  if (refusal !== null) {
    answer(refusal);
    return;
  }
  const retryAfter = searches.take(user, now);
  if (retryAfter > 0) {
    answer(toRefused({ code: "rate_limited", retryAfter }));
    return;
  }
  searches.begin(
    { text, before, limit },
    {
      reader: null,
      isWaiting: () => true,
      // The user may have been banned meanwhile.
      answer: (page, at) => answer(refuse(at) ?? page),
    },
    now,
  );
}
