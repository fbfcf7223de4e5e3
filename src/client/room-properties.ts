// Room properties: read the state of a room, for apps and for its snapshot.
import type { Account } from "./account.ts";
import type { ChatError } from "./chat-error.ts";
import { Emitter } from "./emitter.ts";
import type {
  AccessLevel,
  ChatMessage,
  ChatState,
  ChatTypes,
  MemberInfo,
  Mute,
  PendingMessage,
  Permissions,
  Role,
  RoomEvent,
  RoomSnapshot,
} from "./events.ts";
import { permissionsOf } from "./permissions.ts";
import type { Session } from "./session.ts";

export abstract class RoomProperties<T extends ChatTypes>
  extends Emitter<RoomEvent<T>, RoomSnapshot<T>>
  implements RoomSnapshot<T>
{
  /** @internal */
  protected abstract readonly account: Account;
  /** @internal */
  protected abstract readonly session: Session;

  /** As the server spells it, after the first welcome. */
  get name(): string {
    return this.session.room;
  }

  get state(): ChatState {
    return this.session.state;
  }

  /** Why the state is `reconnecting`, `failed` or `closed`; otherwise null. */
  get reason(): ChatError | null {
    return this.session.reason;
  }

  /** Usernames, sorted; at most 200. `listMembers` returns the others. */
  get members(): readonly string[] {
    return this.session.view.memberList.names;
  }

  get count(): number {
    return this.session.view.memberList.count;
  }

  /** The members with data of the app or a role, by username. */
  get details(): ReadonlyMap<string, MemberInfo<T["user"]>> {
    return this.session.view.memberList.details;
  }

  /** Ascending by `seq`: the newest `maxMessages`, and those of `loadOlder`. */
  get messages(): readonly ChatMessage<T["message"]>[] {
    return this.session.view.timeline.messages;
  }

  /** `loadOlder` can load older messages. */
  get more(): boolean {
    return this.session.view.timeline.more;
  }

  /** Own messages to this room that have no ack yet, oldest first. */
  get pending(): readonly PendingMessage[] {
    return this.account.outbox.pending(this.session.key);
  }

  /** The topic of the room; empty: none. */
  get topic(): string {
    return this.session.view.roomStatus.topic;
  }

  /** This user's role in the room; null: none. */
  get role(): Role | null {
    return this.session.view.roomStatus.role;
  }

  /** This user reads, and may not speak; null: may. */
  get muted(): Mute | null {
    return this.session.view.roomStatus.muted;
  }

  /** Seconds between two messages of one user; 0: no limit. */
  get slow(): number {
    return this.session.view.roomStatus.slow;
  }

  /**
   * When slow mode lets this user write again, in ms since 1970 by this
   * machine's clock; null: now.
   */
  get slowUntil(): number | null {
    return this.session.view.roomStatus.slowUntil;
  }

  /** Only moderators may speak. */
  get locked(): boolean {
    return this.session.view.roomStatus.locked;
  }

  /** The users who may enter. */
  get access(): AccessLevel {
    return this.session.view.roomStatus.access;
  }

  /** The actions that this user may do now; another object after each change. */
  get permissions(): Permissions {
    const { roomStatus, memberList } = this.session.view;
    return permissionsOf(this.account.user, roomStatus, memberList.details);
  }

  /** The `seq` of each pinned message, the newest pin first; at most 50. */
  get pins(): readonly number[] {
    return this.session.view.roomStatus.pins;
  }

  /** The user has read up to this `seq`, on any device; 0: nothing. */
  get read(): number {
    return this.session.readMarker.seq;
  }

  /** Names of the commands of the server's app, after the first welcome. */
  get commands(): readonly string[] {
    return this.session.commands;
  }
}
