// Account: keeps the name, the secret, the mail cursor and the block list of one user across all rooms.
import type {
  AccountFrame,
  BlockedUser,
  PrivateMessage,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import { boundedStorage } from "./bounded-storage.ts";
import { ChatError, messageOf, storageError } from "./chat-error.ts";
import { checkText } from "./check-arguments.ts";
import { DebouncedValue } from "./debounced-value.ts";
import type { Environment } from "./environment.ts";
import type { ChatPrivate, Token } from "./events.ts";
import { MailCursor } from "./mail-cursor.ts";
import { lockName } from "./outbox.ts";
import { isBlockedUser } from "./parse-frame.ts";
import type { ChatStorage } from "./storage.ts";
import { withTimeout } from "./timeout.ts";

/** `token()` of the app may ask a server. */
const TOKEN_TIMEOUT_MS = 15_000;
/** Usernames whose public id is remembered. */
const KNOWN_USERS_MAX = 1000;

export interface AccountOptions {
  /** The URL of the server, without a slash at the end. */
  readonly serverUrl: string;
  /** undefined: the app's token names the user. */
  readonly username: string | undefined;
  /** Given by the app. undefined: a secret is made and stored. */
  readonly token: Token | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
}

/** A room of the account, as the account and the other rooms see it. */
export interface AccountRoom {
  readonly isClosed: boolean;
  /**
   * Takes over private messages that have no ack, after another room was left.
   */
  adoptOrphans(): Promise<void>;
  /** A copy of an own private message shows that the server has it. */
  onOwnCopy(message: PrivateMessage): void;
  onPrivate(message: ChatPrivate): void;
  /**
   * The storage fails, or works again.
   * @param error the event to emit; null emits none
   */
  onStorageChange(error: ChatError | null): void;
}

export class Account {
  readonly username: string | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
  readonly mailCursor: MailCursor;
  /** The id of this chat among all chats that share the storage. */
  readonly owner: string;
  readonly serverUrl: string;
  /** The first room emits all private messages, also after it was left. */
  rooms: AccountRoom[] = [];
  /** The user's public id; null before the first welcome. */
  user: string | null = null;
  /** Set while the storage fails: stored data may be lost. */
  storageError: ChatError | null = null;
  blocked: readonly BlockedUser[] = [];
  /**
   * When the registration of the name ends, in ms since 1970; null: not
   * registered.
   */
  registered: number | null = null;
  readonly #givenToken: Token | undefined;
  readonly #storedMail: DebouncedValue;
  readonly #knownUsers = new Map<string, string>();
  readonly #releaseLock: () => void;
  #mailLoading: Promise<void> | null = null;
  /**
   * One secret. While `rotate` waits for its answer: the new one, then the old
   * one; a join tries them in this order.
   */
  #secrets: readonly string[];
  #lastWrite: Promise<void> | undefined;
  #saving: Promise<unknown> | null = null;
  /** The storage method that failed; empty while the storage works. */
  #failingMethod = "";

  constructor(options: AccountOptions) {
    const { serverUrl, username, token, storage, environment } = options;
    this.serverUrl = serverUrl;
    this.username = username;
    this.storage = boundedStorage(storage, environment, (method, error) =>
      this.onStorageResult(method, error),
    );
    this.environment = environment;
    this.#givenToken = token;
    this.#secrets = [
      typeof token === "string" ? token : environment.createSecret(),
    ];
    this.owner = environment.createSecret();
    this.#releaseLock =
      environment.locks?.hold(lockName(this.owner)) ?? (() => {});
    this.#storedMail = new DebouncedValue(
      this.storage,
      environment,
      this.key("mail"),
    );
    this.mailCursor = new MailCursor(this.#storedMail);
  }

  /** The storage key of a part of this account: server, username, part. */
  key(...parts: string[]): string {
    // Nearly the server's normalization: `Alice` and `alice` are one name.
    const name = (this.username ?? "").normalize("NFKC").toLowerCase();
    return [this.serverUrl, name, ...parts].map(encodeURIComponent).join("/");
  }

  /**
   * A call to the storage, or to its locks, has ended.
   *
   * @param error null: it worked
   */
  onStorageResult(method: string, error: unknown): void {
    // An outage is reported once, for the first method that fails.
    if (
      error === null
        ? method !== this.#failingMethod
        : this.#failingMethod !== ""
    )
      return;
    this.#failingMethod = error === null ? "" : method;
    this.storageError = error === null ? null : storageError(method, error);
    for (const room of this.rooms)
      room.onStorageChange(room === this.rooms[0] ? this.storageError : null);
  }

  /** Reads the stored data before each attempt to connect. Never rejects. */
  async load(): Promise<void> {
    this.#mailLoading ??= this.mailCursor.load();
    await Promise.all([this.#mailLoading, this.#saving]);
    if (this.#givenToken !== undefined) return;
    try {
      // Read each time: another tab may have changed the secret, and a storage
      // that failed may work again.
      const secret = await this.storage.claim(this.key("secret"), this.token);
      this.#secrets = [secret].flat().map(String);
    } catch {
      // The secret in memory is used for the lifetime of this chat.
    }
  }

  /** The secret, or the app's token, for the next join. */
  get token(): string {
    return this.#secrets[0] ?? "";
  }

  /** @returns the secret that `rotate` requests, after it is stored */
  chooseNextSecret(given?: string): string {
    // An app that gave its own secret could not learn one that is made here.
    if (this.#givenToken ?? given) checkText(given, "token");
    return given ?? this.environment.createSecret();
  }

  /**
   * Stores the next secret. Rejects, and restores the previous one, if the
   * storage fails.
   */
  async saveNextSecret(next: string): Promise<void> {
    // An unregistered name could be claimed with the new secret too.
    if (this.registered === null) return;
    const before = this.#secrets;
    this.saveSecrets(next, this.token);
    if (this.#givenToken !== undefined) return;
    try {
      await this.#lastWrite;
      // Makes sure that the next start can read it.
      await this.storage.claim(this.key("secret"), next);
    } catch (error) {
      this.saveSecrets(...before);
      throw storageError("set", error);
    }
  }

  /** @returns when the secrets are stored. Never rejects */
  saveSecrets(...secrets: string[]): Promise<unknown> | null {
    this.#secrets = secrets;
    if (this.#givenToken !== undefined) return null;
    const [first, ...others] = secrets;
    const value = others.length > 0 ? secrets : first;
    this.#lastWrite = this.storage.set(this.key("secret"), value);
    this.#saving = this.#lastWrite.catch(() => {});
    return this.#saving;
  }

  /**
   * A join was refused with `username_taken`.
   *
   * @param token the secret of that join
   * @returns true if there is another secret to try
   */
  switchSecret(token: string): boolean {
    const [first, ...others] = this.#secrets;
    if (token === first && others.length > 0) this.saveSecrets(...others);
    return token !== this.token;
  }

  /** True if the app's `token` is a function, which can give a fresh token. */
  get canRenewToken(): boolean {
    return typeof this.#givenToken === "function";
  }

  /**
   * Gets a fresh token before each attempt to connect. Rejects with `no_token`
   * if the app's function fails.
   */
  async renewToken(): Promise<void> {
    const getToken = this.#givenToken;
    if (typeof getToken !== "function") return;
    try {
      const token = await withTimeout(
        getToken,
        TOKEN_TIMEOUT_MS,
        this.environment,
      );
      checkText(token, "its result");
      this.#secrets = [token];
    } catch (error) {
      throw new ChatError("no_token", `token() fails: ${messageOf(error)}`);
    }
  }

  /** @param token the secret with which the room was joined */
  onWelcome(
    { user, mailEpoch, blocked = [], registered }: WelcomeFrame,
    token: string,
  ): void {
    this.user = user;
    if (this.#secrets.length > 1) this.saveSecrets(token);
    this.mailCursor.onWelcome(mailEpoch);
    this.blocked = blocked.filter(isBlockedUser);
    this.registered = registered ?? null;
  }

  /**
   * The account has changed, by this connection or by another one of the user.
   */
  applyAccountFrame(frame: AccountFrame): AccountFrame {
    if (frame.type === "registered") this.registered = frame.until;
    if (frame.type === "released") this.registered = null;
    if (frame.type !== "blocked") return frame;
    this.blocked = frame.blocked.filter(isBlockedUser);
    return { type: "blocked", blocked: [...this.blocked] };
  }

  /**
   * Removes a room that was left. The first room stays: it emits private
   * messages.
   */
  removeRoom(room: AccountRoom): void {
    this.rooms = this.rooms.filter((one, i) => i === 0 || one !== room);
  }

  /** The room that sends private messages whose own room was left. */
  get privateSender(): AccountRoom | undefined {
    return this.rooms.find(({ isClosed }) => !isClosed);
  }

  /** Remembers that this user has the name now. */
  learnUser(username: string, user: string): void {
    if (this.#knownUsers.size >= KNOWN_USERS_MAX) this.#knownUsers.clear();
    this.#knownUsers.set(username, user);
  }

  /** The public id of the user who was last seen under that name. */
  userIdOf(username: string): string | undefined {
    return this.#knownUsers.get(username);
  }

  /** Forgets who has the name, or all names: the holder may have changed. */
  forgetUsers(username?: string): void {
    if (username === undefined) this.#knownUsers.clear();
    else this.#knownUsers.delete(username);
  }

  /** A private message has arrived, in any of the rooms. */
  onPrivate(message: PrivateMessage, isReplay: boolean): void {
    const mine = message.user === this.user;
    this.emitPrivate({ ...message, mine, isReplay });
  }

  emitPrivate(message: ChatPrivate): void {
    this.rooms[0]?.onPrivate(message);
  }

  /** @returns when everything is stored */
  async close(): Promise<void> {
    await this.#storedMail.flush();
    this.#releaseLock();
  }
}
