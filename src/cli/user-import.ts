// User import: the name in the copy for a user comes to a server where nobody has it.
import { createReadStream } from "node:fs";
import { AdminClient, AdminError } from "./admin-client.ts";
import { roomPath } from "./admin-room-commands.ts";
import type { UserImport, UserTask } from "./admin-user-commands.ts";
import { identityIn, rowsOf } from "./name-copy.ts";
import { type RoomEpochs, withRoomEpochs } from "./room-epochs.ts";
import { safeText } from "./safe-text.ts";
import { splitLines } from "./split-lines.ts";
import { COPY_VERSION } from "./user-file.ts";

/** Two imports of one copy move its claims by different times, ms. */
const RANDOM_MS = 60_000;

type Fields = Readonly<Record<string, unknown>>;

/** @returns the lines to print */
export async function importUser(
  task: Extract<UserTask, UserImport>,
  now: () => number,
): Promise<{ ok: boolean; lines: string[] }> {
  try {
    const client = new AdminClient(task.url, task.secret);
    const { made, states } = await readCopy(task.file);
    // The next mail is told from mail that others have seen: see restore-names.ts.
    const random = 1 + Math.floor(Math.random() * RANDOM_MS);
    const movedBy = Math.max(0, now() - made) + random;
    const lines: string[] = [];
    for (const state of states)
      lines.push(safeText(await loadName(client, state, movedBy)));
    return {
      ok: true,
      lines: [
        ...lines,
        "Messages of rooms are not imported: export and import the rooms.",
      ],
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, lines: [safeText(why)] };
  }
}

/** @throws Error if the file is no whole copy with the state of a name */
async function readCopy(
  file: string,
): Promise<{ made: number; states: Fields[] }> {
  const states: Fields[] = [];
  let header: Fields | null = null;
  let last: unknown;
  for await (const line of splitLines(createReadStream(file))) {
    const fields: Fields = { ...Object(JSON.parse(line)) };
    header ??= checked(fields);
    if (fields.type === "name-state") states.push(fields);
    last = fields.type;
  }
  if (header === null || last !== "end")
    throw new Error("The copy is not whole: make it again.");
  if (states.length === 0) throw new Error("The copy has no name.");
  return { made: Number(header.made), states };
}

function checked(header: Fields): Fields {
  const { type, version, isForImport } = header;
  if (type !== "user-copy" || version !== COPY_VERSION)
    throw new Error("The file is no copy that this release can read.");
  if (isForImport !== true)
    throw new Error(
      "The file was made for the person, without the hashes of their secrets: export it with --importable.",
    );
  return header;
}

async function loadName(
  client: AdminClient,
  state: Fields,
  movedBy: number,
): Promise<string> {
  const path = `names/${encodeURIComponent(String(state.name))}/state`;
  const there = await find(client, path);
  if (there !== null) {
    if (identityIn(there) === identityIn(state))
      return `${state.name} is here already.`;
    throw new Error(`${state.name} is another user's here.`);
  }
  const epochs = await presentEpochs(client, state.tables);
  const tables = withRoomEpochs(state.tables, epochs);
  await client.put(path, { tables, movedBy });
  return `${state.name} is imported.`;
}

/** The rooms in which the user was, or was mentioned, may be imported ones. */
async function presentEpochs(
  client: AdminClient,
  tables: unknown,
): Promise<RoomEpochs> {
  const [claim] = rowsOf(tables, "claim");
  const { visits } = Object(JSON.parse(String(claim?.standing ?? "{}")));
  const rooms = new Set([
    ...rowsOf(tables, "mention").map(({ room }) => String(room)),
    ...(Array.isArray(visits) ? visits.map(([room]) => String(room)) : []),
  ]);
  const epochs = new Map<string, string>();
  for (const room of rooms) {
    const there = await find(client, `${roomPath(room)}/state`);
    if (typeof there?.parent === "string")
      epochs.set(`${room} ${there.parent}`, String(there.epoch));
  }
  return epochs;
}

/** @returns null if there is no such thing */
async function find(client: AdminClient, path: string): Promise<Fields | null> {
  try {
    return await client.get(path);
  } catch (error) {
    if (error instanceof AdminError && error.status === 404) return null;
    throw error;
  }
}
