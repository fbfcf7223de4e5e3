// Ban network: a ban of a guest holds for the guest's network too, and refuses guests from there who are new to the room.
import * as LIMITS from "../../protocol/limits.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { hasLastingName, type Vouched } from "./entry-permission.ts";
import type { Target } from "./moderation-target.ts";
import type { BannedNetwork } from "./network-bans.ts";
import { type Actor, mayModerate } from "./permission.ts";

/** Guests of one network who are noted as known to the room. */
const KNOWN_MAX = 100;
/** Networks of one guest. */
const NETWORKS_MAX = 20;

/** It tells neither who was banned, nor when that ends: others see that end. */
const NETWORK_BANNED: Refusal = {
  code: "banned",
  message:
    "New guests from your network cannot come in at present. People with a registered name can.",
  reason: "network_banned",
};

/**
 * Bans the networks of the connections that a guest has in the room.
 *
 * @param until when the ban of the guest ends, ms since 1970; null: never
 */
export function banNetworks(
  context: RoomContext,
  { user, members }: Pick<Target, "user" | "members">,
  until: number | null,
  now: number,
): void {
  const { networkBans, time } = context.moderation;
  const latest = time.at(now) + LIMITS.networkBanSecondsMax * 1000;
  const networks = isOn(context)
    ? networksOf(members).map((network) => ({
        network,
        known: guestsOf(context, network, user),
      }))
    : ([] satisfies BannedNetwork[]);
  networkBans.set(user, networks, Math.min(until ?? Infinity, latest), now);
}

/** A person at the door, or one who sends something without a connection. */
export interface Newcomer extends Actor, Vouched {
  /** As the host tells it; null: it is not known. */
  readonly network: string | null;
}

/** @returns why a person from a banned network may not come in; null: nothing forbids it */
export function networkRefusal(
  context: RoomContext,
  newcomer: Newcomer,
  now: number,
): Refusal | null {
  const { networkBans, authors } = context.moderation;
  const { user, network, role } = newcomer;
  if (network === null || networkBans.isEmpty || !isOn(context)) return null;
  const found = networkBans.find(network, now);
  if (found.length === 0 || hasLastingName(newcomer) || mayModerate(role()))
    return null;
  const wasHere =
    found.some((ban) => ban.user === user || ban.known.includes(user)) ||
    context.presence.withUser(user).length > 0 ||
    authors.has(user);
  return wasHere ? null : NETWORK_BANNED;
}

function isOn({ settings }: RoomContext): boolean {
  return settings.BAN_NETWORKS === "on";
}

/** Only of guests: others are banned by an identity that they cannot change. */
function networksOf(members: readonly Member[]): string[] {
  const networks = members
    .filter(({ accountKind }) => accountKind === "guest")
    .flatMap(({ connections }) => [...connections])
    .flatMap(({ network }) => network ?? []);
  return [...new Set(networks)].slice(-NETWORKS_MAX);
}

/** Other guests of the same network, who stay known to the room when they leave. */
function guestsOf(
  { joined }: RoomContext,
  network: string,
  except: string,
): string[] {
  const users = new Set<string>();
  for (const { network: own, state } of joined) {
    if (own !== network || state.kind !== "joined") continue;
    const { accountKind, user } = state.member;
    if (accountKind === "guest" && user !== except) users.add(user);
    if (users.size >= KNOWN_MAX) break;
  }
  return [...users];
}
