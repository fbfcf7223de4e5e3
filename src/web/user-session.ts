// User session: holds the rooms and the private messages of one user while the page is open.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import { makeClient } from "../client/create-client.ts";
import type {
  ChatError,
  ChatMention,
  ChatMessage,
  ChatPrivate,
  Client,
  ClientSnapshot,
  PrivateReceipt,
} from "../client/index.ts";
import { readRoomName } from "../protocol/names.ts";
import { storage } from "./chat-storage.ts";
import type { ConnectionStatus } from "./conversation.ts";
import { embedder } from "./embedder.ts";
import { getSecret, userKey } from "./identity.ts";
import { noteLeft } from "./left-rooms.ts";
import {
  deviceStore,
  onOtherTabChange,
  parseStringList,
} from "./local-store.ts";
import { nameKey } from "./name-key.ts";
import { PeerState } from "./peer-state.ts";
import type { PendingAnchors } from "./pending-messages.ts";
import { People } from "./people.ts";
import { groupByPeer, type PrivateThreads } from "./private-threads.ts";
import { setRoomNotify } from "./room-notify.ts";
import { RoomState } from "./room-state.ts";
import { serverUrl } from "./server-url.ts";

/** Messages that are kept in memory for a room. */
const MESSAGES_MAX = 1000;
/** The server keeps so many mentions, too. */
const MENTIONS_MAX = 200;

/** Is called for each new message. */
export interface SessionListener {
  onRoomMessage(room: RoomState, message: ChatMessage): void;
  onPrivateMessage(peer: PeerState, message: ChatPrivate): void;
  /** The user is mentioned in a room that the page has not joined. */
  onMention(mention: ChatMention): void;
  /** A message of the user was not sent. */
  onSendFailed(error: ChatError): void;
}

export class UserSession {
  readonly name: string;
  readonly client: Client;
  readonly snapshot: Signal<ClientSnapshot>;
  readonly rooms: Signal<readonly RoomState[]> = signal([]);
  /** Those of the user in all rooms, the oldest first. */
  readonly mentions: Signal<readonly ChatMention[]> = signal([]);
  readonly people = new People();
  /** Received and sent, by id. */
  readonly privateMessages: Signal<ReadonlyMap<string, ChatPrivate>> = signal(
    new Map(),
  );
  readonly threads: ReadonlySignal<PrivateThreads> = computed(() =>
    groupByPeer(
      this.privateMessages.value.values(),
      this.snapshot.value.pending,
      this.name,
      this.#anchors,
      this.snapshot.value.mailRead,
    ),
  );
  /** Users that were opened without a message, and the private threads. */
  readonly peers: ReadonlySignal<readonly PeerState[]> = computed(() => {
    const threads = this.threads.value;
    const empty = this.#openedPeers.value.filter((key) => !threads.has(key));
    return [...empty, ...threads.keys()].map((key) => this.#getPeer(key, key));
  });
  /** The connection for private messages. */
  readonly connection: ReadonlySignal<ConnectionStatus> = computed(() => {
    const { state, reason } = this.snapshot.value;
    return { state: state === "disconnected" ? "connecting" : state, reason };
  });
  /**
   * The expiry of private messages that wait in a mailbox, by the id of the
   * message.
   */
  readonly waitingUntil: Signal<ReadonlyMap<string, number | null>> = signal(
    new Map(),
  );
  readonly #listener: SessionListener;
  readonly #openedPeers: Signal<readonly string[]> = signal([]);
  readonly #peers = new Map<string, PeerState>();
  readonly #anchors: PendingAnchors = new Map();
  #isStopped = false;

  /**
   * @param rooms at least one, each once
   * @param invite the code of an invitation to the first of them
   */
  constructor(
    name: string,
    rooms: readonly string[],
    listener: SessionListener,
    invite?: string,
  ) {
    this.name = name;
    this.#listener = listener;
    this.client = makeClient(serverUrl, {
      ...{ username: name, token: getSecret(name), storage },
      ...{ mail: "all", maxMessages: MESSAGES_MAX },
    });
    this.snapshot = signal(this.client.getSnapshot());
    this.client.subscribe(() => {
      this.snapshot.value = this.client.getSnapshot();
    });
    this.client.on("private", (message) => this.#onPrivate(message));
    this.client.on("mention", (mention) => this.#onMention(mention));
    for (const [index, room] of rooms.entries())
      this.#addRoom(room, index === 0 ? invite : undefined);
    onOtherTabChange((key) => this.#onOtherTabChange(key));
  }

  /**
   * Joins a room, and stores it.
   *
   * @param invite the code of an invitation. Without it, a room is joined once
   */
  join(room: string, invite?: string): void {
    const known = this.rooms.value.find(({ id }) => id === room);
    if (known !== undefined) {
      if (invite !== undefined) this.#joinAgain(known, invite);
      return;
    }
    this.#addRoom(room, invite);
    this.#storeRooms([...this.#savedRooms.filter((one) => one !== room), room]);
  }

  /** @returns when the room has been left and is no longer stored */
  async leave(room: string): Promise<void> {
    const left = this.rooms.value.find(({ id }) => id === room);
    if (left === undefined) return;
    // First, since another tab follows the change of the rooms.
    noteLeft(this.name, left.title);
    this.#storeRooms(this.#savedRooms.filter((one) => one !== room));
    // Mentions from a room that is not joined notify again.
    setRoomNotify(this.name, room, "default");
    await this.#removeRoom(left);
  }

  /** Opens the private conversation with a user, and lists it from now on. */
  openPeer(name: string): PeerState {
    const key = nameKey(name);
    if (!this.#openedPeers.value.includes(key))
      this.#openedPeers.value = [...this.#openedPeers.value, key];
    return this.#getPeer(key, name);
  }

  /** @param room the room in which it was written, if any */
  sendPrivate(to: string, text: string, room?: RoomState): void {
    const onReceipt = (receipt: PrivateReceipt) => {
      if (receipt.delivered !== false) return;
      const { id, expires = null } = receipt;
      this.waitingUntil.value = new Map(this.waitingUntil.value).set(
        `own ${id}`,
        expires,
      );
    };
    // The pending messages show the result.
    const sent = this.client.sendPrivate(to, text);
    sent.then(onReceipt, (error) => this.#listener.onSendFailed(error));
    room?.trackPrivate(sent.id);
  }

  resend(id: string): void {
    this.client.resend(id);
  }

  discard(id: string): void {
    this.client.discard(id);
  }

  reconnect(): void {
    this.client.reconnect();
  }

  /** @returns when everything is stored */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const room of this.rooms.value) room.stop();
    await this.client.close();
  }

  #addRoom(room: string, invite?: string): void {
    this.rooms.value = [...this.rooms.value, this.#newRoom(room, invite)];
  }

  #newRoom(room: string, invite: string | undefined): RoomState {
    return new RoomState(
      this.name,
      room,
      this.client.join(room, { invite }),
      this.snapshot,
      this.#listener,
      this.people,
    );
  }

  /** In its place in the list. What is not sent goes on. */
  async #joinAgain(known: RoomState, invite: string): Promise<void> {
    known.stop();
    await known.room.leave();
    if (this.#isStopped || !this.rooms.value.includes(known)) return;
    const next = this.#newRoom(known.id, invite);
    this.rooms.value = this.rooms.value.map((one) =>
      one === known ? next : one,
    );
  }

  #onMention(mention: ChatMention): void {
    this.mentions.value = [...this.mentions.value, mention].slice(
      -MENTIONS_MAX,
    );
    const { rooms, snapshot } = this;
    const { room, user } = mention;
    // The room itself tells of its messages.
    if (rooms.peek().some(({ title }) => title === room)) return;
    if (snapshot.peek().blocked.some((one) => one.user === user)) return;
    if (embedder === "") this.#listener.onMention(mention);
  }

  #onPrivate(message: ChatPrivate): void {
    this.privateMessages.value = new Map(this.privateMessages.value).set(
      message.id,
      message,
    );
    const other = message.mine ? message.to : message.username;
    const peer = this.#getPeer(nameKey(other), other);
    this.#listener.onPrivateMessage(peer, message);
  }

  #getPeer(key: string, username: string): PeerState {
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const peer = new PeerState(this, key, username);
    this.#peers.set(key, peer);
    return peer;
  }

  /** Stores the rooms for the next visit. */
  saveRooms(): void {
    this.#storeRooms(this.rooms.value.map(({ id }) => id));
  }

  /** Always read from the store, since another tab may have changed it. */
  get #savedRooms(): string[] {
    return savedRooms(this.name);
  }

  #storeRooms(rooms: readonly string[]): void {
    deviceStore.set(userKey("rooms", this.name), JSON.stringify(rooms));
  }

  async #removeRoom(left: RoomState): Promise<void> {
    left.stop();
    this.rooms.value = this.rooms.value.filter((one) => one !== left);
    await left.room.leave();
  }

  #onOtherTabChange(key: string): void {
    if (this.#isStopped) return;
    if (key === userKey("rooms", this.name)) {
      const saved = this.#savedRooms;
      const current = this.rooms.value;
      for (const room of saved)
        if (!current.some(({ id }) => id === room)) this.#addRoom(room);
      for (const room of current)
        if (!saved.includes(room.id)) this.#removeRoom(room);
    } else if (key.startsWith(userKey("read", this.name)))
      for (const one of [...this.rooms.value, ...this.#peers.values()])
        one.loadReadPosition();
  }
}

/** The rooms of a user at the last visit. */
export function savedRooms(name: string): string[] {
  const rooms = parseStringList(deviceStore.get(userKey("rooms", name)));
  return [...new Set(rooms.filter((room) => readRoomName(room) === room))];
}
