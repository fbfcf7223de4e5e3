// Claim: says which identity has a name, which rooms they are in, and how far their mail has come.
import type { Enter } from "../../shared/rpc.ts";
import type { ClaimStatus } from "./claim-status.ts";
import { findSecret, type Secret } from "./secrets.ts";

export interface Claim {
  readonly identity: string;
  /** The spelling that is shown. */
  readonly username: string;
  /** The rooms they are in, each with the version of its newest enter. */
  readonly rooms: Map<string, number>;
  /** When the claim ends, ms since 1970; null while they are in a room. */
  freeAt: number | null;
  /** When the alarm was last asked for, ms since 1970. */
  alarmAt: number | null;
  /** When it began, ms since 1970: tells the mail of claims apart. */
  readonly epoch: number;
  /** Number of the newest mail. */
  head: number;
  /** All mail up to this number has reached a socket of theirs. */
  had: number;
  /** All mail up to this number is in its sender's mail too. */
  copied: number;
  /** Every room has answered to all mail up to this number. */
  settled: number;
  status: ClaimStatus;
}

/** All that open it, the current one among them. */
export function secretsOf({ identity, status }: Claim): readonly Secret[] {
  const { secrets } = status;
  return secrets.length > 0 ? secrets : [{ hash: identity, until: null }];
}

/** The secret, or user of the app, by which it is theirs; null: it is not. */
export function openingSecret(
  claim: Claim,
  op: Enter,
  now: number,
): Secret | null {
  // A secret and a user of the app are never one, nor of one rank.
  const isOfRank = (op.rank ?? "guest") === claim.status.rank;
  const secret = findSecret(secretsOf(claim), op.identity, now);
  return isOfRank ? secret : null;
}

/** Hashes that somebody who is joining may have brought, but the identity. */
export function otherHashes({ status }: Claim): { also?: string[] } {
  const { secrets } = status;
  return secrets.length > 0 ? { also: secrets.map(({ hash }) => hash) } : {};
}
