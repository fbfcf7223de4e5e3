// People: knows the display names and avatars of users, and marks display names that look like another user's name.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { MemberInfo, RoomSnapshot } from "../client/index.ts";
import {
  findLookAlikes,
  type NamedUser,
  readAvatar,
  readDisplayName,
} from "../protocol/display-name.ts";
import { avatarOrigins, loadServerConfig } from "./server-config.ts";

/** How a user is shown beside the username, which is the identity. */
export interface Person {
  /** null: there is none, or it is the username. */
  readonly displayName: string | null;
  /** The URL of a picture that the page may load. */
  readonly avatar: string | null;
  /** The display name looks like the name of another user. */
  readonly isLookAlike: boolean;
}

interface KnownUser extends NamedUser {
  readonly avatar: URL | null;
}

/** The names that were last seen of a room. */
type SeenMembers = Pick<RoomSnapshot, "members" | "details">;

const NOBODY: Person = { displayName: null, avatar: null, isLookAlike: false };
/** Users and names that are remembered. */
const KNOWN_MAX = 2000;

/** Loads the table of look-alike letters, which most pages never need. */
const loadNameKey = async () => (await import("./text-keys.ts")).nameKey;

export class People {
  /** Users with data, by public id. Those who have left are remembered. */
  readonly #users: Signal<ReadonlyMap<string, KnownUser>> = signal(new Map());
  readonly #names: Signal<ReadonlySet<string>> = signal(new Set());
  /** null until it is loaded: no display name is shown unchecked. */
  readonly #nameKey: Signal<((name: string) => string) | null> = signal(null);
  readonly #seen = new Map<string, SeenMembers>();
  readonly #load: typeof loadNameKey;
  #isLoading = false;
  readonly #lookAlikes: ReadonlySignal<ReadonlySet<string>> = computed(() => {
    const nameKey = this.#nameKey.value;
    const users = [...this.#users.value.values()];
    if (nameKey === null || users.length === 0) return new Set();
    const known = new Set(users.map(({ username }) => username));
    const others = [...this.#names.value]
      .filter((username) => !known.has(username))
      .map((username) => ({ user: null, username, displayName: null }));
    return findLookAlikes([...users, ...others], nameKey);
  });

  constructor(load = loadNameKey) {
    this.#load = load;
  }

  /** @param user the public id; undefined: not known */
  of(user: string | undefined): Person {
    const known = this.#users.value.get(user ?? "");
    if (known === undefined || this.#nameKey.value === null) return NOBODY;
    const { username, displayName, avatar } = known;
    return {
      displayName: displayName === username ? null : displayName,
      avatar: avatar !== null && mayShow(avatar) ? avatar.href : null,
      isLookAlike: this.#lookAlikes.value.has(username),
    };
  }

  /** Notes the members of a room. */
  noteMembers(room: string, { members, details }: SeenMembers): void {
    const seen = this.#seen.get(room);
    if (seen?.details === details && seen.members === members) return;
    this.#seen.set(room, { members, details });
    if (seen?.members !== members) this.#noteNames(members);
    if (seen?.details === details) return;
    const users = new Map(this.#users.value);
    for (const { user, username } of seen?.details.values() ?? [])
      if (!details.has(username) && members.includes(username))
        users.delete(user);
    for (const member of details.values()) {
      users.delete(member.user);
      // Others are there for their role, and have no name to show.
      if (member.data !== undefined)
        users.set(member.user, toKnownUser(member));
    }
    for (const user of [...users.keys()].slice(0, -KNOWN_MAX))
      users.delete(user);
    this.#users.value = users;
    if (users.size > 0) void this.#prepare();
  }

  /** Notes the authors of messages, who may have left. */
  noteAuthors(messages: readonly { readonly username: string }[]): void {
    this.#noteNames(messages.map(({ username }) => username));
  }

  #noteNames(names: readonly string[]): void {
    const known = this.#names.peek();
    const fresh = names.filter((name) => !known.has(name));
    if (fresh.length > 0)
      this.#names.value = new Set([...known, ...fresh].slice(-KNOWN_MAX));
  }

  async #prepare(): Promise<void> {
    if (this.#isLoading || this.#nameKey.peek() !== null) return;
    this.#isLoading = true;
    try {
      const [nameKey] = await Promise.all([this.#load(), loadServerConfig()]);
      this.#nameKey.value = nameKey;
    } catch {
      // The next change tries again; usernames are shown until then.
    }
    this.#isLoading = false;
  }
}

function toKnownUser({ user, username, data }: MemberInfo): KnownUser {
  return {
    ...{ user, username },
    displayName: readDisplayName(data),
    avatar: readAvatar(data),
  };
}

/** The policy of the page allows the same origins. */
function mayShow({ origin, hostname, port }: URL): boolean {
  return avatarOrigins.value.some((allowed) => {
    if (allowed === "*" || allowed === origin) return true;
    const [, domain, ofPort = ""] =
      /^https:\/\/\*(\.[^:]+):?(\d*)$/.exec(allowed.toLowerCase()) ?? [];
    return domain !== undefined && hostname.endsWith(domain) && port === ofPort;
  });
}
