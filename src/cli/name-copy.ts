// Name copy: the stored state of a name becomes a record that its holder can read, without the hash of any secret.

type Fields = Readonly<Record<string, unknown>>;

/** The characters of an identity that others see. */
const USER_LENGTH = 16;

/** @returns the public id of the holder; null: there is none */
export function publicIdIn(state: Fields): string | null {
  const identity = identityIn(state);
  return identity === null ? null : identity.slice(0, USER_LENGTH);
}

/** @returns the hash of the secret with which the claim began */
export function identityIn({ tables }: Fields): string | null {
  const [claim] = rowsOf(tables, "claim");
  return typeof claim?.identity === "string" ? claim.identity : null;
}

/** @param state as `GET /admin/names/{name}/state` tells it */
export function nameCopy({ name, tables }: Fields): object {
  const [claim = {}] = rowsOf(tables, "claim");
  const {
    rank = "guest",
    isRegistered,
    visits,
    mailRead = 0,
    movedBy = 0,
  } = read(claim.standing);
  const letters = rowsOf(tables, "mail").map(({ mail, letter }) => {
    const { id, identity, username, to, text, data, bot, at } = read(letter);
    return {
      ...{ mail, id, user: String(identity).slice(0, USER_LENGTH) },
      ...{ username, to, text, data, bot, at },
    };
  });
  return {
    ...{ type: "name", name },
    kind: isRegistered === true ? "registered" : rank,
    since: Number(claim.epoch) - Number(movedBy),
    until: claim.free_at ?? undefined,
    rooms: listOf(JSON.parse(String(claim.rooms ?? "[]"))).map(
      ([room]) => room,
    ),
    visits: listOf(visits).map(([room, at, epoch, seq]) => ({
      ...{ room, at, read: epoch === null ? null : seq },
    })),
    ...{ letters, mailRead },
    blocked: rowsOf(tables, "blocked").map(({ user, username }) => ({
      ...{ user, username },
    })),
    mentions: rowsOf(tables, "mention").map(
      ({ room, seq, user, username, at }) => ({
        ...{ room, seq, user, username, at },
      }),
    ),
  };
}

export function rowsOf(tables: unknown, table: string): Fields[] {
  const rows: unknown = Object(tables)[table];
  return Array.isArray(rows) ? rows : [];
}

function read(json: unknown): Fields {
  return { ...Object(JSON.parse(String(json ?? "{}"))) };
}

function listOf(value: unknown): unknown[][] {
  return Array.isArray(value) ? value.filter(Array.isArray) : [];
}
