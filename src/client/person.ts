// Who chats, over all the rooms they are in: their name, secret, mail, and whom they have met.
import type {
  Blocked,
  Deed,
  PrivateMessage,
  Welcome,
} from "../protocol/server-messages.ts";
import type { Environment } from "./environment.ts";
import type { ChatPrivate } from "./events.ts";
import { Keeper } from "./keeper.ts";
import { Mail } from "./mail.ts";
import { lockName } from "./outbox.ts";
import type { ChatStorage } from "./storage.ts";
import { isBlocked } from "./wire.ts";

/** Names whose holder is remembered. */
const MET_MAX = 1000;

/** A secret, or what gets the one of the moment. */
export type Token = string | (() => string | Promise<string>);

export interface PersonOptions {
  /** Where the server is, without a slash at the end. */
  readonly host: string;
  readonly username: string;
  /** The app's own; otherwise one is made, and kept. */
  readonly token: Token | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
}

/** One of the rooms, as far as the others must know it. */
export interface InRoom {
  /** A copy of one's own says that it has arrived. */
  copied(message: PrivateMessage): void;
  heard(message: ChatPrivate): void;
}

export class Person {
  readonly username: string;
  readonly storage: ChatStorage;
  readonly environment: Environment;
  readonly mail: Mail;
  /** Names this chat among those that share the storage. */
  readonly owner: string;
  readonly host: string;
  /** The first one hears what is private. */
  rooms: InRoom[] = [];
  token: string;
  /** Their public id, once the server has said it. */
  user: string | null = null;
  blocked: readonly Blocked[] = [];
  /** Until when a registered name is theirs if it is not used again. */
  registered: number | null = null;
  readonly #token: Token | undefined;
  readonly #mailKeeper: Keeper;
  readonly #met = new Map<string, string>();
  readonly #letGo: () => void;
  #loaded: Promise<void> | null = null;

  constructor(options: PersonOptions) {
    const { host, username, token, storage, environment } = options;
    this.host = host;
    this.username = username;
    this.storage = storage;
    this.environment = environment;
    this.#token = token;
    this.token = typeof token === "string" ? token : environment.secret();
    this.owner = environment.secret();
    this.#letGo = environment.locks?.hold(lockName(this.owner)) ?? (() => {});
    this.#mailKeeper = new Keeper(storage, environment, this.key("mail"));
    this.mail = new Mail(this.#mailKeeper);
  }

  /** A key in the storage, for this name on this server. */
  key(...parts: string[]): string {
    // Roughly as the server does it: who writes Alice today is alice tomorrow.
    const name = this.username.normalize("NFKC").toLowerCase();
    return [this.host, name, ...parts].map(encodeURIComponent).join("/");
  }

  /** Reads what is kept, once. Never rejects. */
  load(): Promise<void> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load(): Promise<void> {
    await this.mail.load();
    if (this.#token !== undefined) return;
    try {
      const kept = await this.storage.claim(this.key("secret"), this.token);
      if (typeof kept === "string") this.token = kept;
    } catch {
      // Then it is good for as long as this chat lives.
    }
  }

  /** Can there be another token when this one has ended? */
  get renews(): boolean {
    return typeof this.#token === "function";
  }

  /** Before each connection. Rejects if the app cannot get its token. */
  async renew(): Promise<void> {
    if (typeof this.#token === "function") this.token = await this.#token();
  }

  welcome({ user, mailEpoch, blocked = [], registered }: Welcome): void {
    this.user = user;
    this.mail.welcome(mailEpoch);
    this.blocked = blocked.filter(isBlocked);
    this.registered = registered ?? null;
  }

  /** Here, or by another connection of theirs. */
  did(deed: Deed): Deed {
    if (deed.type === "registered") this.registered = deed.until;
    if (deed.type === "released") this.registered = null;
    if (deed.type !== "blocked") return deed;
    this.blocked = deed.blocked.filter(isBlocked);
    return { type: "blocked", blocked: [...this.blocked] };
  }

  /** Without a room any more; the first one is there to the end. */
  leave(room: InRoom): void {
    this.rooms = this.rooms.filter((one, i) => i === 0 || one !== room);
  }

  /** That name is theirs, as of now. */
  met(username: string, user: string): void {
    if (this.#met.size >= MET_MAX) this.#met.clear();
    this.#met.set(username, user);
  }

  /** The public id of who has the name, if they were met. */
  idOf(username: string): string | undefined {
    return this.#met.get(username);
  }

  /** Whether that name is still theirs is not known any more. */
  forget(username?: string): void {
    if (username === undefined) this.#met.clear();
    else this.#met.delete(username);
  }

  /** A private message came by one of the rooms. */
  heard(message: PrivateMessage, isPast: boolean): void {
    const mine = message.user === this.user;
    this.tell({ ...message, mine, past: isPast });
  }

  tell(message: ChatPrivate): void {
    this.rooms[0]?.heard(message);
  }

  /** Resolves when everything is in the storage. */
  async close(): Promise<void> {
    await this.#mailKeeper.flush();
    this.#letGo();
  }
}
