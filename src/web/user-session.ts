// User session: holds the rooms and the private messages of one user while the page is open.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import {
  type Chat,
  type ChatError,
  type ChatMessage,
  type ChatPrivate,
  connect,
  type PrivateReceipt,
} from "../client/index.ts";
import { readRoomName } from "../protocol/names.ts";
import { storage } from "./chat-storage.ts";
import type { ConnectionStatus } from "./conversation.ts";
import { getSecret, userKey } from "./identity.ts";
import {
  deviceStore,
  onOtherTabChange,
  parseStringList,
} from "./local-store.ts";
import { nameKey } from "./name-key.ts";
import { PeerState } from "./peer-state.ts";
import type { PendingAnchors } from "./pending-messages.ts";
import { groupByPeer, type PrivateThreads } from "./private-threads.ts";
import { RoomState } from "./room-state.ts";
import { serverUrl } from "./server-url.ts";

/** Messages that are kept in memory for a room. */
const MESSAGES_MAX = 1000;

const DISCONNECTED: ConnectionStatus = { state: "reconnecting", reason: null };

/** Hears of each new message. */
export interface SessionListener {
  onRoomMessage(room: RoomState, message: ChatMessage): void;
  onPrivateMessage(peer: PeerState, message: ChatPrivate): void;
  /** A message of the user was not sent. */
  onSendFailed(error: ChatError): void;
}

export class UserSession {
  readonly name: string;
  readonly rooms: Signal<readonly RoomState[]> = signal([]);
  readonly threads: ReadonlySignal<PrivateThreads> = computed(() =>
    groupByPeer(
      this.#privateMessages.value.values(),
      this.#pending.value,
      this.name,
      this.#anchors,
    ),
  );
  /** Users with a private thread, and users that were just opened. */
  readonly peers: ReadonlySignal<readonly PeerState[]> = computed(() => {
    const keys = new Set([
      ...this.#openedPeers.value,
      ...this.threads.value.keys(),
    ]);
    return [...keys].map((key) => this.#getPeer(key, key));
  });
  /** The connection for private messages. */
  readonly connection: ReadonlySignal<ConnectionStatus> = computed(
    () => this.primaryRoom.value?.connection.value ?? DISCONNECTED,
  );
  /**
   * The expiry of private messages that wait in a mailbox, by the id of the
   * message.
   */
  readonly waitingUntil: Signal<ReadonlyMap<string, number | null>> = signal(
    new Map(),
  );
  readonly #listener: SessionListener;
  readonly #privateMessages: Signal<ReadonlyMap<string, ChatPrivate>> = signal(
    new Map(),
  );
  readonly #openedPeers: Signal<readonly string[]> = signal([]);
  readonly #peers = new Map<string, PeerState>();
  /**
   * The room whose connection carries private messages and account commands.
   */
  readonly primaryRoom = computed(
    () =>
      this.rooms.value.find(
        ({ connection }) => connection.value.state === "connected",
      ) ?? this.rooms.value[0],
  );
  readonly #anchors: PendingAnchors = new Map();
  readonly #pending = computed(() =>
    this.rooms.value.flatMap(({ snapshot }) => snapshot.value.pending),
  );
  #firstChat: Chat | null = null;
  #isStopped = false;

  /** @param rooms at least one, each once */
  constructor(
    name: string,
    rooms: readonly string[],
    listener: SessionListener,
  ) {
    this.name = name;
    this.#listener = listener;
    for (const room of rooms) this.#addRoom(room);
    onOtherTabChange((key) => this.#onOtherTabChange(key));
  }

  /** Joins a room, unless the user is in it, and stores it. */
  join(room: string): void {
    if (this.rooms.value.some(({ id }) => id === room)) return;
    this.#addRoom(room);
    this.#storeRooms([...this.#savedRooms.filter((one) => one !== room), room]);
  }

  /** @returns when the room has been left and is no longer stored */
  async leave(room: string): Promise<void> {
    const left = this.rooms.value.find(({ id }) => id === room);
    if (left === undefined) return;
    this.#storeRooms(this.#savedRooms.filter((one) => one !== room));
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
    const chat = this.primaryRoom.peek()?.chat;
    const onReceipt = (receipt: PrivateReceipt) => {
      if (receipt.delivered !== false) return;
      const { id, expires = null } = receipt;
      this.waitingUntil.value = new Map(this.waitingUntil.value).set(
        `own ${id}`,
        expires,
      );
    };
    // The pending messages show the result.
    chat
      ?.sendPrivate(to, text)
      .then(onReceipt, (error) => this.#listener.onSendFailed(error));
    const id = chat?.pending.at(-1)?.id;
    if (id !== undefined) room?.trackPrivate(id);
  }

  resend(id: string): void {
    this.#chatWithPending(id)?.resend(id);
  }

  discard(id: string): void {
    this.#chatWithPending(id)?.discard(id);
  }

  /** Returns the chat that has this message among its pending ones. */
  #chatWithPending(id: string): Chat | undefined {
    return this.rooms.value.find(({ chat }) =>
      chat.pending.some((one) => one.id === id),
    )?.chat;
  }

  reconnect(): void {
    for (const { chat } of this.rooms.value) chat.reconnect();
  }

  /** @returns when everything is stored */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const room of this.rooms.value) room.stop();
    await this.#firstChat?.close();
  }

  #addRoom(room: string): RoomState {
    const isFirst = this.#firstChat === null;
    this.#firstChat ??= this.#connect(room);
    const chat = isFirst ? this.#firstChat : this.#firstChat.join(room);
    const state = new RoomState(
      this.name,
      room,
      chat,
      this.#pending,
      this.#listener,
    );
    this.rooms.value = [...this.rooms.value, state];
    return state;
  }

  #connect(room: string): Chat {
    const { name: username } = this;
    const token = getSecret(username);
    const settings = { room, username, token, storage };
    const chat = connect(serverUrl, {
      ...settings,
      mail: "all",
      maxMessages: MESSAGES_MAX,
    });
    chat.on("private", (message) => {
      this.#privateMessages.value = new Map(this.#privateMessages.value).set(
        message.id,
        message,
      );
      const other = message.mine ? message.to : message.username;
      this.#listener.onPrivateMessage(
        this.#getPeer(nameKey(other), other),
        message,
      );
    });
    return chat;
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
    await left.chat.leave();
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
