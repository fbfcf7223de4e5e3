// Holder erasure: a directory ends the claim of a user who is erased, and takes the user out of the mail and the block list of others.
import type {
  ErasedHolder,
  EraseHolder,
  EraseLetters,
} from "../shared/erase-requests.ts";
import { publicId } from "../shared/identity.ts";
import type { BlockList } from "./block-list.ts";
import type { ClaimLifecycle } from "./claims/claim-lifecycle.ts";
import { type Evictions, evictionsOf } from "./claims/evictions.ts";
import type { MailService } from "./mail/mail-service.ts";

export interface HolderErasureOptions {
  readonly claims: ClaimLifecycle;
  readonly mail: MailService;
  readonly blocks: BlockList;
  readonly evictions: Evictions;
  /** A text has gone: see `Effects.hasErased`. */
  erased(): void;
}

/** The clock of the room in which a letter was written may be so far ahead, ms. */
const AHEAD_MS = 10_000;

/**
 * A place of a directory where another user may stand than its holder. A feature
 * that stores others adds a row here, which tells whether it has found the user.
 * What belongs to the holder ends with the claim, by `ended` of directory.ts.
 */
type Place = (options: HolderErasureOptions, op: EraseLetters) => boolean;

const PLACES: { readonly [place: string]: Place } = {
  // With the mentions.
  mail: ({ mail }, op) => mail.forget(op.user, namesOf(op)),
  blocks: ({ blocks }, { user }) => blocks.forget(user),
};

export class HolderErasure {
  readonly #options: HolderErasureOptions;

  constructor(options: HolderErasureOptions) {
    this.#options = options;
  }

  /** @param answer is called once; it may wait for the rooms of the holder */
  eraseHolder(
    { user, head, epoch }: EraseHolder,
    now: number,
    answer: (reply: ErasedHolder) => void,
  ): void {
    const { claims, mail, evictions, erased } = this.#options;
    const { claim, held } = claims;
    if (held === null || publicId(held.identity) !== user) {
      // Somebody else may have the name, or get it at once.
      const end = held === null ? now : held.epoch - held.status.movedBy;
      answer({ ...NOBODY, end });
      return;
    }
    const isKnown = claim?.head === head && claim?.epoch === epoch;
    if (claim === null || isKnown) {
      claims.drop();
      erased();
      answer({ ...NOBODY, wasHeld: true, end: now });
      return;
    }
    // Who comes in meanwhile is closed by the next call, or by the rooms.
    const evicting = evictionsOf(claim).map((one) => ({
      ...one,
      as: "erased" as const,
    }));
    claim.status = { ...claim.status, evicting };
    claims.changed();
    evictions.start(claim, now);
    evictions.whenAttempted(() =>
      answer({
        ...{ type: "erased-holder", wasHeld: true, isDone: false },
        ...{ head: claim.head, epoch: claim.epoch },
        addressees: mail.correspondents(),
      }),
    );
  }

  eraseLetters(op: EraseLetters): void {
    const found = Object.values(PLACES).map((place) =>
      place(this.#options, op),
    );
    // Each name of the server is asked, and most of them have nothing.
    if (!found.includes(true)) return;
    // The newest mail had the newest number, and may have gone.
    this.#options.claims.changed();
    this.#options.erased();
  }
}

/** @returns the names of the user, each with the time from which it is another's */
function namesOf({ keys, ends = [] }: EraseLetters): Map<string, number> {
  const names = new Map(keys.map((key) => [key, Number.POSITIVE_INFINITY]));
  for (const [key, end] of ends)
    if (names.has(key)) names.set(key, end + AHEAD_MS);
  return names;
}

const NOBODY: ErasedHolder = {
  ...{ type: "erased-holder", wasHeld: false, isDone: true },
  ...{ head: 0, epoch: 0, addressees: [] },
};
