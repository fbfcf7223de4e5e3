// Who chats, over all the rooms they are in: their name, secret, mail, and whom they have met.
import type {
  AccountFrame,
  BlockedUser,
  PrivateMessage,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import { boundedStorage } from "./bounded-storage.ts";
import { ChatError, storageError, wordsOf } from "./chat-error.ts";
import { checkText } from "./check-arguments.ts";
import type { Environment } from "./environment.ts";
import type { ChatPrivate, Token } from "./events.ts";
import { Keeper } from "./keeper.ts";
import { Mail } from "./mail.ts";
import { lockName } from "./outbox.ts";
import type { ChatStorage } from "./storage.ts";
import { withTimeout } from "./timeout.ts";
import { isBlocked } from "./wire.ts";

/** The app's own code may ask a server for its token. */
const TOKEN_MS = 15_000;
/** Names whose holder is remembered. */
const MET_MAX = 1000;

export interface PersonOptions {
  /** Where the server is, without a slash at the end. */
  readonly host: string;
  /** Where it is not given, the app's token says it. */
  readonly username: string | undefined;
  /** The app's own; otherwise one is made, and kept. */
  readonly token: Token | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
}

/** One of the rooms, as far as the others must know it. */
export interface InRoom {
  readonly isClosed: boolean;
  /** Takes over what is private and has no ack: another room was left. */
  adopt(): Promise<void>;
  /** A copy of one's own says that it has arrived. */
  copied(message: PrivateMessage): void;
  heard(message: ChatPrivate): void;
  /** The storage fails, or works again. @param error to be told as an event */
  storageChanged(error: ChatError | null): void;
}

export class Person {
  readonly username: string | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
  readonly mail: Mail;
  /** Names this chat among those that share the storage. */
  readonly owner: string;
  readonly host: string;
  /** The first one hears what is private, also after it was left. */
  rooms: InRoom[] = [];
  /** Their public id, once the server has said it. */
  user: string | null = null;
  /** Why what is kept may be lost. */
  storageError: ChatError | null = null;
  blocked: readonly BlockedUser[] = [];
  /** Until when a registered name is theirs if it is not used again. */
  registered: number | null = null;
  readonly #token: Token | undefined;
  readonly #mailKeeper: Keeper;
  readonly #met = new Map<string, string>();
  readonly #letGo: () => void;
  #mailLoaded: Promise<void> | null = null;
  /**
   * The right one, or, while `rotate` has no answer, the new one before it.
   * The first one is tried first.
   */
  #secrets: readonly string[];
  #written: Promise<void> | undefined;
  #keeping: Promise<unknown> | null = null;
  /** The method of the storage that failed. */
  #failing = "";

  constructor(options: PersonOptions) {
    const { host, username, token, storage, environment } = options;
    this.host = host;
    this.username = username;
    this.storage = boundedStorage(storage, environment, (method, error) =>
      this.storageTold(method, error),
    );
    this.environment = environment;
    this.#token = token;
    this.#secrets = [typeof token === "string" ? token : environment.secret()];
    this.owner = environment.secret();
    this.#letGo = environment.locks?.hold(lockName(this.owner)) ?? (() => {});
    this.#mailKeeper = new Keeper(this.storage, environment, this.key("mail"));
    this.mail = new Mail(this.#mailKeeper);
  }

  /** A key in the storage, for this name on this server. */
  key(...parts: string[]): string {
    // Roughly as the server does it: who writes Alice today is alice tomorrow.
    const name = (this.username ?? "").normalize("NFKC").toLowerCase();
    return [this.host, name, ...parts].map(encodeURIComponent).join("/");
  }

  /**
   * A call to the storage, or to its locks, is over.
   *
   * @param error null if it worked
   */
  storageTold(method: string, error: unknown): void {
    // Each outage is told once, by the first method that fails.
    if (error === null ? method !== this.#failing : this.#failing !== "")
      return;
    this.#failing = error === null ? "" : method;
    this.storageError = error === null ? null : storageError(method, error);
    for (const room of this.rooms)
      room.storageChanged(room === this.rooms[0] ? this.storageError : null);
  }

  /** Before each connection: reads what is kept. Never rejects. */
  async load(): Promise<void> {
    this.#mailLoaded ??= this.mail.load();
    await Promise.all([this.#mailLoaded, this.#keeping]);
    if (this.#token !== undefined) return;
    try {
      // Each time: another tab may have changed it, and a storage that failed
      // may work now.
      const kept = await this.storage.claim(this.key("secret"), this.token);
      this.#secrets = [kept].flat().map(String);
    } catch {
      // Then it is good for as long as this chat lives.
    }
  }

  /** The secret, or the token of the app's, to join with. */
  get token(): string {
    return this.#secrets[0] ?? "";
  }

  /** @returns the secret that `rotate` is to ask for, once it is kept */
  nextSecret(given?: string): string {
    // An app that gave its own could not know one that is made here.
    if (this.#token ?? given) checkText(given, "token");
    return given ?? this.environment.secret();
  }

  /** Rejects, and all stays as it was, if it cannot be kept. */
  async keepNext(next: string): Promise<void> {
    // A name that is not registered could be had by the new one as well.
    if (this.registered === null) return;
    const before = this.#secrets;
    this.keepSecret(next, this.token);
    if (this.#token !== undefined) return;
    try {
      await this.#written;
      // The next start can read it, too.
      await this.storage.claim(this.key("secret"), next);
    } catch (error) {
      this.keepSecret(...before);
      throw storageError("set", error);
    }
  }

  /** @returns when they are kept. Never rejects */
  keepSecret(...secrets: string[]): Promise<unknown> | null {
    this.#secrets = secrets;
    if (this.#token !== undefined) return null;
    const [first, ...others] = secrets;
    const kept = others.length > 0 ? secrets : first;
    this.#written = this.storage.set(this.key("secret"), kept);
    this.#keeping = this.#written.catch(() => {});
    return this.#keeping;
  }

  /**
   * A join was refused.
   *
   * @param token with which it was asked for
   * @returns true if there is another one to try
   */
  triesOther(token: string): boolean {
    const [first, ...others] = this.#secrets;
    if (token === first && others.length > 0) this.keepSecret(...others);
    return token !== this.token;
  }

  /** Can there be another token when this one has ended? */
  get renews(): boolean {
    return typeof this.#token === "function";
  }

  /** Before each connection. Rejects if the app cannot get its token. */
  async renew(): Promise<void> {
    const get = this.#token;
    if (typeof get !== "function") return;
    try {
      const token = await withTimeout(get, TOKEN_MS, this.environment);
      checkText(token, "it");
      this.#secrets = [token];
    } catch (error) {
      throw new ChatError("no_token", `token() fails: ${wordsOf(error)}`);
    }
  }

  /** @param token with which they came in */
  welcome(
    { user, mailEpoch, blocked = [], registered }: WelcomeFrame,
    token: string,
  ): void {
    this.user = user;
    if (this.#secrets.length > 1) this.keepSecret(token);
    this.mail.welcome(mailEpoch);
    this.blocked = blocked.filter(isBlocked);
    this.registered = registered ?? null;
  }

  /** Here, or by another connection of theirs. */
  did(deed: AccountFrame): AccountFrame {
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

  /** The room that sends what is private, if nobody else will. */
  get carrier(): InRoom | undefined {
    return this.rooms.find(({ isClosed }) => !isClosed);
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
