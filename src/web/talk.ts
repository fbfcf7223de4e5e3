// One person's chat while the page is open: the rooms they are in, and what is private.
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
import type { Line } from "./conversation.ts";
import { ownKey, secretOf } from "./identity.ts";
import { device, onOtherTab, readList } from "./kept.ts";
import { type Letters, lettersOf } from "./letters.ts";
import { PeerState } from "./peer-state.ts";
import type { Anchors } from "./pending.ts";
import { RoomState } from "./room-state.ts";
import { serverUrl } from "./server-url.ts";
import { sameness } from "./spelling.ts";
import { storage } from "./storage.ts";

/** Messages of a room at hand without asking. */
const KEEP = 1000;

const GONE: Line = { state: "reconnecting", reason: null };

/** Who wants to know of each message as it comes. */
export interface Hearer {
  room(room: RoomState, message: ChatMessage): void;
  private(peer: PeerState, message: ChatPrivate): void;
  /** Something that was written here. */
  failed(error: ChatError): void;
}

export class Talk {
  readonly name: string;
  readonly rooms: Signal<readonly RoomState[]> = signal([]);
  readonly letters: ReadonlySignal<Letters> = computed(() =>
    lettersOf(
      this.#mail.value.values(),
      this.#pending.value,
      this.name,
      this.#anchors,
    ),
  );
  /** Those there is or was something with, and those just turned to. */
  readonly peers: ReadonlySignal<readonly PeerState[]> = computed(() => {
    const keys = new Set([...this.#opened.value, ...this.letters.value.keys()]);
    return [...keys].map((key) => this.#peer(key, key));
  });
  /** The room by which private messages come and go. */
  readonly line: ReadonlySignal<Line> = computed(
    () => this.carrier.value?.line.value ?? GONE,
  );
  /** Until when what waits for somebody is kept; by the id of the message. */
  readonly waiting: Signal<ReadonlyMap<string, number | null>> = signal(
    new Map(),
  );
  readonly #hearer: Hearer;
  readonly #mail: Signal<ReadonlyMap<string, ChatPrivate>> = signal(new Map());
  readonly #opened: Signal<readonly string[]> = signal([]);
  readonly #peers = new Map<string, PeerState>();
  /** The room by which one speaks for oneself rather than to a room. */
  readonly carrier = computed(
    () =>
      this.rooms.value.find(({ line }) => line.value.state === "connected") ??
      this.rooms.value[0],
  );
  readonly #anchors: Anchors = new Map();
  readonly #pending = computed(() =>
    this.rooms.value.flatMap(({ snapshot }) => snapshot.value.pending),
  );
  #first: Chat | null = null;
  #isStopped = false;

  /** @param rooms at least one, each once */
  constructor(name: string, rooms: readonly string[], hearer: Hearer) {
    this.name = name;
    this.#hearer = hearer;
    for (const room of rooms) this.#add(room);
    onOtherTab((key) => this.#changedElsewhere(key));
  }

  /** Comes into a room, if they are not in it, and remembers it. */
  join(room: string): void {
    if (this.rooms.value.some(({ id }) => id === room)) return;
    this.#add(room);
    this.#keep([...this.#kept.filter((one) => one !== room), room]);
  }

  /** @returns when it has been left, and will not be come into again */
  async leave(room: string): Promise<void> {
    const left = this.rooms.value.find(({ id }) => id === room);
    if (left === undefined) return;
    this.#keep(this.#kept.filter((one) => one !== room));
    await this.#drop(left);
  }

  /** What is private with somebody; it is listed from now on. */
  turnTo(name: string): PeerState {
    const key = sameness(name);
    if (!this.#opened.value.includes(key))
      this.#opened.value = [...this.#opened.value, key];
    return this.#peer(key, name);
  }

  /** @param room in which it was written, if it was */
  whisper(to: string, text: string, room?: RoomState): void {
    const chat = this.carrier.peek()?.chat;
    const told = (receipt: PrivateReceipt) => {
      if (receipt.delivered !== false) return;
      const { id, expires = null } = receipt;
      this.waiting.value = new Map(this.waiting.value).set(
        `own ${id}`,
        expires,
      );
    };
    // What becomes of it shows in what is pending.
    chat
      ?.sendPrivate(to, text)
      .then(told, (error) => this.#hearer.failed(error));
    const id = chat?.pending.at(-1)?.id;
    if (id !== undefined) room?.addAside(id);
  }

  resend(id: string): void {
    this.#chatOf(id)?.resend(id);
  }

  discard(id: string): void {
    this.#chatOf(id)?.discard(id);
  }

  /** Which one has it among its pending ones. */
  #chatOf(id: string): Chat | undefined {
    return this.rooms.value.find(({ chat }) =>
      chat.pending.some((one) => one.id === id),
    )?.chat;
  }

  reconnect(): void {
    for (const { chat } of this.rooms.value) chat.reconnect();
  }

  /** @returns when everything is in the storage */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const room of this.rooms.value) room.stop();
    await this.#first?.close();
  }

  #add(room: string): RoomState {
    const isFirst = this.#first === null;
    this.#first ??= this.#connect(room);
    const chat = isFirst ? this.#first : this.#first.join(room);
    const state = new RoomState(
      this.name,
      room,
      chat,
      this.#pending,
      this.#hearer,
    );
    this.rooms.value = [...this.rooms.value, state];
    return state;
  }

  #connect(room: string): Chat {
    const { name: username } = this;
    const token = secretOf(username);
    const settings = { room, username, token, storage };
    const chat = connect(serverUrl, {
      ...settings,
      mail: "all",
      maxMessages: KEEP,
    });
    chat.on("private", (message) => {
      this.#mail.value = new Map(this.#mail.value).set(message.id, message);
      const other = message.mine ? message.to : message.username;
      this.#hearer.private(this.#peer(sameness(other), other), message);
    });
    return chat;
  }

  #peer(key: string, spelling: string): PeerState {
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const peer = new PeerState(this, key, spelling);
    this.#peers.set(key, peer);
    return peer;
  }

  /** Remembers them for the next time. */
  keepRooms(): void {
    this.#keep(this.rooms.value.map(({ id }) => id));
  }

  /** As it stands on the device: another tab may have changed it just now. */
  get #kept(): string[] {
    return keptRooms(this.name);
  }

  #keep(rooms: readonly string[]): void {
    device.set(ownKey("rooms", this.name), JSON.stringify(rooms));
  }

  async #drop(left: RoomState): Promise<void> {
    left.stop();
    this.rooms.value = this.rooms.value.filter((one) => one !== left);
    await left.chat.leave();
  }

  #changedElsewhere(key: string): void {
    if (this.#isStopped) return;
    if (key === ownKey("rooms", this.name)) {
      const kept = this.#kept;
      const here = this.rooms.value;
      for (const room of kept)
        if (!here.some(({ id }) => id === room)) this.#add(room);
      for (const room of here) if (!kept.includes(room.id)) this.#drop(room);
    } else if (key.startsWith(ownKey("read", this.name)))
      for (const one of [...this.rooms.value, ...this.#peers.values()])
        one.loadMark();
  }
}

/** The rooms that somebody was in when they were last here. */
export function keptRooms(name: string): string[] {
  const rooms = readList(device.get(ownKey("rooms", name)));
  return [...new Set(rooms.filter((room) => readRoomName(room) === room))];
}
