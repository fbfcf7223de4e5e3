// Secrets: give the secret or the app's token to each join, and change the secret without losing it.
import { ChatError, messageOf } from "./chat-error.ts";
import { checkText } from "./check-arguments.ts";
import type { Environment } from "./environment.ts";
import type { Token } from "./events.ts";
import type { ChatStorage } from "./storage.ts";
import { withTimeout } from "./timeout.ts";

/** `token()` of the app may ask a server. */
const TOKEN_TIMEOUT_MS = 15_000;

export interface SecretsOwner {
  readonly storage: ChatStorage;
  readonly environment: Environment;
  /** The storage key of a part of this account. */
  key(part: string): string;
}

export class Secrets {
  /** The app's own. undefined: a secret is made and stored. */
  readonly given: Token | undefined;
  /**
   * One secret. While `rotate` waits for its answer: the new one, then the old
   * one; a join tries them in this order.
   */
  candidates: readonly string[];
  /** The one that the server has accepted last. */
  accepted = "";
  /** Rejects if the secrets are not stored. */
  lastWrite: Promise<void> | undefined;
  /** The end of the last write. Never rejects. */
  saving: Promise<unknown> | undefined;
  readonly #owner: SecretsOwner;

  /** @param given undefined: a secret is made and stored */
  constructor(owner: SecretsOwner, given: Token | undefined) {
    this.#owner = owner;
    this.given = given;
    this.candidates = [
      typeof given === "string" ? given : owner.environment.createSecret(),
    ];
  }

  /** The secret, or the app's token, for the next join. */
  get current(): string {
    return this.candidates[0] ?? "";
  }

  /** True if the app's `token` is a function, which can give a fresh token. */
  get canRenew(): boolean {
    return typeof this.given === "function";
  }

  /** Reads the stored secret before each attempt. Never rejects. */
  async load(): Promise<void> {
    await this.saving;
    if (this.given !== undefined) return;
    try {
      // Read each time: another tab may have changed the secret, and a storage
      // that failed may work again.
      this.candidates = [await this.claim(this.current)].flat().map(String);
    } catch {
      // The secret in memory is used for the lifetime of this client.
    }
  }

  /** Stores the secret unless there is one. @returns the stored one */
  claim(secret: string): Promise<unknown> {
    return this.#owner.storage.claim(this.#owner.key("secret"), secret);
  }

  /**
   * Gets a fresh token before each attempt to connect. Rejects with `no_token`
   * if the app's function fails.
   */
  async renew(): Promise<void> {
    const { environment } = this.#owner;
    if (typeof this.given !== "function") return;
    try {
      const token = await withTimeout(
        this.given,
        TOKEN_TIMEOUT_MS,
        environment,
      );
      checkText(token, "its result");
      this.candidates = [token];
    } catch (error) {
      throw new ChatError("no_token", `token() fails: ${messageOf(error)}`);
    }
  }

  /** @param secret the one with which a room was joined */
  onWelcome(secret: string): void {
    this.accepted = secret;
    if (this.candidates.length > 1) this.save(secret);
  }

  /**
   * A join was refused with `username_taken`.
   *
   * @param secret the one of that join
   * @returns true if there is another secret to try
   */
  switchFrom(secret: string): boolean {
    const [first, ...others] = this.candidates;
    if (secret === first && others.length > 0) this.save(...others);
    return secret !== this.current;
  }

  /** The app keeps its own. */
  save(...secrets: string[]): void {
    this.candidates = secrets;
    if (this.given !== undefined) return;
    const [first, ...others] = secrets;
    const value = others.length > 0 ? secrets : first;
    const { storage } = this.#owner;
    this.lastWrite = storage.set(this.#owner.key("secret"), value);
    this.saving = this.lastWrite.catch(() => {});
  }
}
