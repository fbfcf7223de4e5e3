// Who chats, over all the rooms they are in: their name, secret, mail, and whom they have met.
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

/** The app's own code may ask a server for its token. */
const TOKEN_TIMEOUT_MS = 15_000;
/** Names whose holder is remembered. */
const KNOWN_USERS_MAX = 1000;

export interface AccountOptions {
  /** Where the server is, without a slash at the end. */
  readonly serverUrl: string;
  /** Where it is not given, the app's token says it. */
  readonly username: string | undefined;
  /** The app's own; otherwise one is made, and kept. */
  readonly token: Token | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
}

/** One of the rooms, as far as the others must know it. */
export interface AccountRoom {
  readonly isClosed: boolean;
  /** Takes over what is private and has no ack: another room was left. */
  adoptOrphans(): Promise<void>;
  /** A copy of one's own says that it has arrived. */
  onOwnCopy(message: PrivateMessage): void;
  onPrivate(message: ChatPrivate): void;
  /** The storage fails, or works again. @param error to be told as an event */
  onStorageChange(error: ChatError | null): void;
}

export class Account {
  readonly username: string | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
  readonly mailCursor: MailCursor;
  /** Names this chat among those that share the storage. */
  readonly owner: string;
  readonly serverUrl: string;
  /** The first one hears what is private, also after it was left. */
  rooms: AccountRoom[] = [];
  /** Their public id, once the server has said it. */
  user: string | null = null;
  /** Why what is kept may be lost. */
  storageError: ChatError | null = null;
  blocked: readonly BlockedUser[] = [];
  /** Until when a registered name is theirs if it is not used again. */
  registered: number | null = null;
  readonly #givenToken: Token | undefined;
  readonly #storedMail: DebouncedValue;
  readonly #knownUsers = new Map<string, string>();
  readonly #releaseLock: () => void;
  #mailLoading: Promise<void> | null = null;
  /**
   * The right one, or, while `rotate` has no answer, the new one before it.
   * The first one is tried first.
   */
  #secrets: readonly string[];
  #lastWrite: Promise<void> | undefined;
  #saving: Promise<unknown> | null = null;
  /** The method of the storage that failed. */
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

  /** A key in the storage, for this name on this server. */
  key(...parts: string[]): string {
    // Roughly as the server does it: who writes Alice today is alice tomorrow.
    const name = (this.username ?? "").normalize("NFKC").toLowerCase();
    return [this.serverUrl, name, ...parts].map(encodeURIComponent).join("/");
  }

  /**
   * A call to the storage, or to its locks, is over.
   *
   * @param error null if it worked
   */
  onStorageResult(method: string, error: unknown): void {
    // Each outage is told once, by the first method that fails.
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

  /** Before each connection: reads what is kept. Never rejects. */
  async load(): Promise<void> {
    this.#mailLoading ??= this.mailCursor.load();
    await Promise.all([this.#mailLoading, this.#saving]);
    if (this.#givenToken !== undefined) return;
    try {
      // Each time: another tab may have changed it, and a storage that failed
      // may work now.
      const secret = await this.storage.claim(this.key("secret"), this.token);
      this.#secrets = [secret].flat().map(String);
    } catch {
      // Then it is good for as long as this chat lives.
    }
  }

  /** The secret, or the token of the app's, to join with. */
  get token(): string {
    return this.#secrets[0] ?? "";
  }

  /** @returns the secret that `rotate` is to ask for, once it is kept */
  chooseNextSecret(given?: string): string {
    // An app that gave its own could not know one that is made here.
    if (this.#givenToken ?? given) checkText(given, "token");
    return given ?? this.environment.createSecret();
  }

  /** Rejects, and all stays as it was, if it cannot be kept. */
  async saveNextSecret(next: string): Promise<void> {
    // A name that is not registered could be had by the new one as well.
    if (this.registered === null) return;
    const before = this.#secrets;
    this.saveSecrets(next, this.token);
    if (this.#givenToken !== undefined) return;
    try {
      await this.#lastWrite;
      // The next start can read it, too.
      await this.storage.claim(this.key("secret"), next);
    } catch (error) {
      this.saveSecrets(...before);
      throw storageError("set", error);
    }
  }

  /** @returns when they are kept. Never rejects */
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
   * A join was refused.
   *
   * @param token with which it was asked for
   * @returns true if there is another one to try
   */
  switchSecret(token: string): boolean {
    const [first, ...others] = this.#secrets;
    if (token === first && others.length > 0) this.saveSecrets(...others);
    return token !== this.token;
  }

  /** Can there be another token when this one has ended? */
  get canRenewToken(): boolean {
    return typeof this.#givenToken === "function";
  }

  /** Before each connection. Rejects if the app cannot get its token. */
  async renewToken(): Promise<void> {
    const getToken = this.#givenToken;
    if (typeof getToken !== "function") return;
    try {
      const token = await withTimeout(
        getToken,
        TOKEN_TIMEOUT_MS,
        this.environment,
      );
      checkText(token, "it");
      this.#secrets = [token];
    } catch (error) {
      throw new ChatError("no_token", `token() fails: ${messageOf(error)}`);
    }
  }

  /** @param token with which they came in */
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

  /** Here, or by another connection of theirs. */
  applyAccountFrame(frame: AccountFrame): AccountFrame {
    if (frame.type === "registered") this.registered = frame.until;
    if (frame.type === "released") this.registered = null;
    if (frame.type !== "blocked") return frame;
    this.blocked = frame.blocked.filter(isBlockedUser);
    return { type: "blocked", blocked: [...this.blocked] };
  }

  /** Without a room any more; the first one is there to the end. */
  removeRoom(room: AccountRoom): void {
    this.rooms = this.rooms.filter((one, i) => i === 0 || one !== room);
  }

  /** The room that sends what is private, if nobody else will. */
  get privateSender(): AccountRoom | undefined {
    return this.rooms.find(({ isClosed }) => !isClosed);
  }

  /** That name is theirs, as of now. */
  learnUser(username: string, user: string): void {
    if (this.#knownUsers.size >= KNOWN_USERS_MAX) this.#knownUsers.clear();
    this.#knownUsers.set(username, user);
  }

  /** The public id of who has the name, if they were met. */
  userIdOf(username: string): string | undefined {
    return this.#knownUsers.get(username);
  }

  /** Whether that name is still theirs is not known any more. */
  forgetUsers(username?: string): void {
    if (username === undefined) this.#knownUsers.clear();
    else this.#knownUsers.delete(username);
  }

  /** A private message came by one of the rooms. */
  onPrivate(message: PrivateMessage, isReplay: boolean): void {
    const mine = message.user === this.user;
    this.emitPrivate({ ...message, mine, isReplay });
  }

  emitPrivate(message: ChatPrivate): void {
    this.rooms[0]?.onPrivate(message);
  }

  /** Resolves when everything is in the storage. */
  async close(): Promise<void> {
    await this.#storedMail.flush();
    this.#releaseLock();
  }
}
