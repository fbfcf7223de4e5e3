// Erased users: an import learns which users were erased here, so that an older log brings none of them back.
import { withoutUser } from "../core/room/erased-user-lines.ts";
import type { Address, Platform } from "../core/shared/contract.ts";
import { ERASURES, erasedHash } from "../core/shared/erase-requests.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";

/** The part of a host that an import needs for it. */
export interface ErasedUsersHost {
  readonly platform: Pick<Platform, "hash">;
  askObject(to: Address, ops: readonly Op[]): Promise<readonly Reply[]>;
}

/** Has the shape of a public id. */
const ID = /"([\w-]{16})"/g;

export class ErasedUsers {
  readonly #platform: Pick<Platform, "hash">;
  readonly #erasedAt: ReadonlyMap<string, number>;
  /** By public id; null: not erased. */
  readonly #known = new Map<string, number | null>();

  private constructor(
    platform: Pick<Platform, "hash">,
    erasedAt: ReadonlyMap<string, number>,
  ) {
    this.#platform = platform;
    this.#erasedAt = erasedAt;
  }

  /** @returns null: the service does not answer */
  static async read(host: ErasedUsersHost): Promise<ErasedUsers | null> {
    const erasedAt = new Map<string, number>();
    const to = { kind: "service", name: ERASURES } as const;
    try {
      for (let after: string | null = ""; after !== null; ) {
        const op = { type: "erased-users", after } as const;
        const [reply] = await host.askObject(to, [op]);
        if (reply?.type !== "erased-users") return null;
        for (const { hash, at } of reply.users) erasedAt.set(hash, at);
        after = reply.more ? (reply.users.at(-1)?.hash ?? null) : null;
      }
    } catch {
      return null;
    }
    return new ErasedUsers(host.platform, erasedAt);
  }

  /**
   * @param line an event as JSON
   * @returns the event without the users who were erased after it
   */
  without(line: string): string {
    if (this.#erasedAt.size === 0) return line;
    let left = line;
    for (const [, user = ""] of line.matchAll(ID)) {
      const erasedAt = this.#erasedAtOf(user);
      if (erasedAt === null) continue;
      const { at }: { at: number } = JSON.parse(line);
      if (at <= erasedAt) left = withoutUser(user, left)?.line ?? left;
    }
    return left;
  }

  #erasedAtOf(user: string): number | null {
    let at = this.#known.get(user);
    if (at === undefined) {
      at = this.#erasedAt.get(erasedHash(this.#platform, user)) ?? null;
      this.#known.set(user, at);
    }
    return at;
  }
}
