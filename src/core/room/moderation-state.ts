// Moderation state: a room stores roles, bans, mutes and rules, each in a table that is made when it is first used.
import type { EventType } from "../../protocol/events.ts";
import type { Platform } from "../shared/contract.ts";
import type { StoredTables } from "../shared/schema.ts";
import type { Erasures } from "./erasures.ts";
import { Invitations } from "./invitations.ts";
import { KnownAuthors } from "./known-authors.ts";
import type { Log } from "./log.ts";
import { NetworkBans } from "./network-bans.ts";
import { Restrictions } from "./restrictions.ts";
import { Roles } from "./roles.ts";
import { RoomMembers } from "./room-members.ts";
import { RoomPolicy } from "./room-policy.ts";
import { RoomTime } from "./room-time.ts";
import { SlowMode } from "./slow-mode.ts";

export class ModerationState {
  readonly roles: Roles;
  /** The time by which bans and mutes end. */
  readonly time: RoomTime;
  readonly restrictions: Restrictions;
  readonly networkBans: NetworkBans;
  readonly policy: RoomPolicy;
  readonly slowMode: SlowMode;
  readonly members: RoomMembers;
  readonly invitations: Invitations;
  /** People who have written to the room. */
  readonly authors: KnownAuthors;

  /** Only reads. */
  constructor(
    platform: Pick<Platform, "hash" | "random" | "sql">,
    room: string,
    tables: StoredTables,
    log: Log,
    erasures: Pick<Erasures, "importedTo">,
  ) {
    const { sql } = platform;
    const importedTo = () => erasures.importedTo(log.epoch ?? "");
    this.roles = new Roles(sql, room, tables);
    // Bans do not end by a time that another clock has written.
    this.time = new RoomTime(() =>
      log.head > importedTo() ? log.newestAt() : 0,
    );
    this.restrictions = new Restrictions(
      ...([platform, room, tables, this.time] as const),
    );
    this.networkBans = new NetworkBans(platform, room, tables, this.time);
    this.policy = new RoomPolicy(sql, room, tables);
    this.slowMode = new SlowMode(log, importedTo);
    this.members = new RoomMembers(sql, room, tables);
    this.invitations = new Invitations(platform, room, tables, this.time);
    this.authors = new KnownAuthors(log);
  }

  /**
   * Notes an event: slow mode counts messages, and a ban or an invitation whose
   * end an event has passed does not come back.
   */
  noteEvent(type: EventType, user: string, now: number): void {
    const { slow } = this.policy;
    if (slow > 0 && type === "message") this.slowMode.note(user, slow, now);
    this.restrictions.dropEnded(now);
    this.networkBans.dropEnded(now);
    if (this.networkBans.isEmpty) this.authors.forget();
    else if (type === "message") this.authors.note(user);
    if (this.invitations.exist) this.invitations.dropEnded(now);
  }

  /** Some state of the room depends on its events. */
  get hearsEvents(): boolean {
    // A ban may be seen to end at a join, which looks at no network.
    return !this.isOpen || this.invitations.exist || !this.networkBans.isEmpty;
  }

  /** Everybody may speak: most rooms ask no more than this. */
  get isOpen(): boolean {
    return this.restrictions.isEmpty && this.policy.isOpen;
  }
}
