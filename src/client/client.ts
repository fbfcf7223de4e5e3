// Client: joins rooms as one user, sends and receives private messages, and keeps the name and the block list.
import type { WelcomeLimits } from "../protocol/server-frames.ts";
import { Account } from "./account.ts";
import type { AccountOptions } from "./account-options.ts";
import { ChatError, storageError } from "./chat-error.ts";
import {
  check,
  checkNumber,
  checkSizes,
  checkText,
} from "./check-arguments.ts";
import { Emitter } from "./emitter.ts";
import {
  type AccountResult,
  type BlockedUser,
  type ChatPrivate,
  type ChatTypes,
  CLIENT_EVENTS,
  CLIENT_SNAPSHOT,
  type ClientEvent,
  type ClientSnapshot,
  type ClientState,
  type PendingMessage,
  type PrivateReceipt,
  type RoomList,
  type RotateResult,
  type SendOptions,
  type SentMessage,
  type UserRef,
} from "./events.ts";
import { spelling } from "./outbox-item.ts";
import { Room } from "./room.ts";

export interface JoinOptions {
  /** Older messages to begin with, 0 to 200. Default 50. */
  readonly history?: number | undefined;
  /** The code of an invitation to the room. */
  readonly invite?: string | undefined;
  /** Messages in the snapshot. Default: that of the client. */
  readonly maxMessages?: number | undefined;
}

export class Client<T extends ChatTypes = ChatTypes>
  extends Emitter<ClientEvent<T>, ClientSnapshot<T>>
  implements ClientSnapshot<T>
{
  readonly #account: Account;
  readonly #rooms = new Map<string, Room<Client<T>, T>>();
  #closing: Promise<void> | null = null;

  /** @internal Use `createClient`. */
  constructor(options: AccountOptions) {
    super(CLIENT_EVENTS, CLIENT_SNAPSHOT);
    this.#account = new Account(options, this);
    this.getServerSnapshot();
  }

  /** As the server spells it, after the first welcome. */
  get username(): string {
    return this.#account.username;
  }

  /** The user's own public id; null before the first welcome. */
  get user(): string | null {
    return this.#account.user;
  }

  get state(): ClientState {
    return this.#account.state;
  }

  /** Why the state is `reconnecting`, `failed` or `closed`; otherwise null. */
  get reason(): ChatError | null {
    return this.#account.reason;
  }

  /** Set while the storage fails: stored data may be lost. null: it works. */
  get storageError(): ChatError | null {
    return this.#account.storageHealth.error;
  }

  /** The server's limits on size and rate; null before the first welcome. */
  get limits(): WelcomeLimits | null {
    return this.#account.limits;
  }

  /** Own messages to all rooms and users without an ack, oldest first. */
  get pending(): readonly PendingMessage[] {
    return this.#account.outbox.pending(null);
  }

  /** The newest `maxMessages`, in the order in which they arrived. */
  get privates(): readonly ChatPrivate<T["message"]>[] {
    return this.#account.mailbox.messages;
  }

  /** The user has read the mail up to this number, on any device; 0: nothing. */
  get mailRead(): number {
    return this.#account.mailMarker.mail;
  }

  /** The users that this user blocks. */
  get blocked(): readonly BlockedUser[] {
    return this.#account.blocked;
  }

  /** The end of the name's registration, in ms since 1970; null: none. */
  get registered(): number | null {
    return this.#account.registered;
  }

  /**
   * Joins a room.
   *
   * @returns the room, in the state `connecting`; the existing one if it is
   * joined
   * @throws TypeError if `room` is not a name
   * @throws ChatError if the client is closed
   */
  join(room: string, options: JoinOptions = {}): Room<Client<T>, T> {
    checkText(room, "room");
    // A URL would resolve these names to another path.
    check(!/^\.+$/.test(room), "room must be a name.");
    const account = this.#account;
    const { history = 50, invite } = options;
    const { maxMessages = account.options.maxMessages } = options;
    checkSizes(history, maxMessages);
    if (account.closedReason !== null) throw account.closedReason;
    const existing = this.#rooms.get(spelling(room));
    if (existing !== undefined && existing.state !== "closed") return existing;
    const joined = new Room<Client<T>, T>({
      ...{ client: this, account, name: room, history, maxMessages, invite },
    });
    this.#rooms.set(spelling(room), joined);
    account.flush();
    return joined;
  }

  /**
   * Sends a private message to one user, in whatever rooms they are. It may be
   * called in any state: it is sent by a room that is connected.
   *
   * @param to their username
   * @param text 1 to 4,000 characters
   * @returns the message, with its `id` at once. It is a promise of `{id,
   * private, to, at, delivered, expires?}` after the message is in their
   * mailbox. It rejects as that of `room.send`, and with `no_such_user` if
   * nobody has the name, or another user than the one last seen under it
   * @throws TypeError if an argument is not a string, or `id` is not an id
   */
  sendPrivate(
    to: string,
    text: string,
    options?: SendOptions<T["message"]>,
  ): SentMessage<PrivateReceipt> {
    check(typeof to === "string", "to must be a string.");
    const toUser = this.#account.knownUsers.idOf(to);
    return this.#account.send(text, { to, toUser }, options);
  }

  /** Sends a message that is `failed` or `unknown` again, under the same id. */
  resend(id: string): void {
    this.#account.resend(id);
  }

  /** Removes a pending message. It may still arrive if it is being sent. */
  discard(id: string): void {
    this.#account.discard(id);
  }

  /**
   * Blocks a user: the server refuses their private messages. Their messages in
   * rooms still arrive; a view hides them by `blocked`.
   *
   * @param who a user, or a message of theirs: `client.block(message)`
   * @returns `{blocked}`, the whole block list. Rejects with a `ChatError`
   * @throws TypeError if neither `user` nor `username` is a string
   */
  block(who: UserRef): Promise<AccountResult<"blocked">> {
    return this.#block("block", who);
  }

  unblock(who: UserRef): Promise<AccountResult<"blocked">> {
    return this.#block("unblock", who);
  }

  /**
   * Registers the name: it stays this user's while they are away.
   *
   * @returns `{username, until}`, in ms since 1970. Rejects with `forbidden` if
   * the server does not allow it
   */
  register(): Promise<AccountResult<"registered">> {
    return this.#account.sendRequest({ type: "register" }, "registered");
  }

  /**
   * Releases a registered name.
   *
   * @returns `{username, restsUntil}`: nobody else gets the name before then,
   * in ms since 1970. Rejects with a `ChatError`
   */
  release(): Promise<AccountResult<"released">> {
    return this.#account.sendRequest({ type: "release" }, "released");
  }

  /**
   * Changes the secret of a registered name, here and in all tabs. For 30 days
   * the old secret still opens the name, but cannot change anything about it.
   *
   * @param token the new secret. Required if the app gave the old one, and then
   * the app stores it; otherwise one is made
   * @returns `{username, until, token}` after the server has changed it.
   * Rejects with `storage`, without a change, if the new secret cannot be
   * stored
   */
  async rotate(token?: string): Promise<RotateResult> {
    const { rotate } = await import("./rotate.ts");
    return rotate(this.#account, token, storageError);
  }

  /**
   * Lists the rooms that the user is in or was in, with what is new there. A
   * room needs no connection for it.
   *
   * @param before of the page before
   * @returns `{rooms, more, before?}`. `unread` is exact to 99; 100 stands for
   * that many or more. Rejects with a `ChatError`: `unsupported` if the server is
   * older
   */
  async rooms(before?: string): Promise<RoomList> {
    this.#checkRooms();
    const frame = { type: "rooms", before } as const;
    return this.#account.sendRequest(frame, "rooms");
  }

  /**
   * The user has read rooms of the list on all devices, each up to its `seq`.
   * Rooms that are joined have `room.markRead`.
   *
   * @param rooms as `rooms()` tells them
   * @returns those that do not answer, or are older: they keep their count.
   * Rejects as `rooms`
   */
  async markRoomsRead(rooms: RoomList["rooms"]): Promise<RoomList["rooms"]> {
    this.#checkRooms();
    const { markRoomsRead } = await import("./mark-rooms-read.ts");
    return markRoomsRead(this.#account, rooms);
  }

  /** Takes a room that was left off the list. Rejects as `rooms`. */
  async forgetRoom(room: string): Promise<void> {
    this.#checkRooms();
    await this.#account.sendRequest({ type: "forget", room }, "forgotten");
  }

  /**
   * The user has read their private messages up to a number: their other devices
   * learn of it. It goes forward only. The server is told once a second at most.
   *
   * @param mail of a private message. Default: the newest that has arrived
   */
  markRead(mail = this.#account.mailbox.mail.newest): void {
    checkNumber(mail, "mail");
    if (this.#account.mailMarker.mark(mail)) this.#account.events.touch(this);
    this.#account.flush();
  }

  #checkRooms(): void {
    const { limits } = this.#account;
    if (limits && !limits.rooms)
      throw new ChatError("unsupported", "The server is older.");
  }

  /** Tries to connect all rooms now, also those that have failed. */
  reconnect(): void {
    for (const room of this.#rooms.values()) room.reconnect();
  }

  /**
   * Leaves all rooms. Messages without an ack stay in the storage: the next
   * client of this name sends them.
   *
   * @returns when everything is stored
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#account.beginClose();
    await Promise.all([...this.#rooms.values()].map((room) => room.leave()));
    await this.#account.close();
    this.end();
  }

  #block(
    type: "block" | "unblock",
    who: UserRef,
  ): Promise<AccountResult<"blocked">> {
    const { user, username } = who ?? {};
    checkText(user ?? username, "user or username");
    return this.#account.sendRequest({ type, user, username }, "blocked");
  }
}
