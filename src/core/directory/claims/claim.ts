// Claim: an identity has a name, is in some rooms, and has mail with cursors that say how far it has come.
import type { Enter } from "../../shared/directory-requests.ts";
import type { OnlyConnectionHint } from "../../shared/mail-records.ts";
import type { Visits } from "../visits.ts";
import type { ClaimStatus } from "./claim-status.ts";
import { findSecret, type Secret } from "./secrets.ts";

export interface Claim {
  readonly identity: string;
  /** The name in the spelling that is shown. */
  readonly username: string;
  /** The rooms of the holder, each with the version of its newest enter. */
  readonly rooms: Map<string, number>;
  /** When the claim ends, ms since 1970; null while the holder is in a room. */
  expiresAt: number | null;
  /** When the alarm is set to, ms since 1970; null: not set. */
  alarmAt: number | null;
  /** When the claim began, ms since 1970: tells the mail of claims apart. */
  readonly epoch: number;
  /** The number of the newest mail. */
  head: number;
  /** All mail up to this number has reached a connection of the holder. */
  received: number;
  /** All mail up to this number is in its sender's mailbox too. */
  copied: number;
  /** Each room has answered for all mail up to this number. */
  settled: number;
  status: ClaimStatus;
  /** The rooms that the holder was in, and how far they were read. */
  readonly visits: Visits;
}

/** @returns all secrets that open the name, with the current one */
export function secretsOf({ identity, status }: Claim): readonly Secret[] {
  const { secrets } = status;
  return secrets.length > 0 ? secrets : [{ hash: identity, until: null }];
}

/**
 * @returns the secret by which the user has the name; null: the user does not
 * have it
 */
export function openingSecret(
  claim: Claim,
  op: Enter,
  now: number,
): Secret | null {
  // A secret and a user of the app never have the same rank.
  const isOfRank = (op.rank ?? "guest") === claim.status.rank;
  const secret = findSecret(secretsOf(claim), op.identity, now);
  return isOfRank ? secret : null;
}

/**
 * @returns the hashes, besides the identity, by which the holder may be joining
 * now
 */
export function otherHashes({ status }: Claim): { also?: string[] } {
  const { secrets } = status;
  return secrets.length > 0 ? { also: secrets.map(({ hash }) => hash) } : {};
}

/** Is the connection that sent a message still the only one of its user? */
export function isOnlyConnection(
  { room, version }: OnlyConnectionHint,
  { rooms }: Claim,
): boolean {
  return rooms.size === 1 && rooms.get(room) === version;
}
