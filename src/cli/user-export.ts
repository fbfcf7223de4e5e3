// User export: all that a server has of one person goes to a file, room by room, and then their names.

import { setTimeout as pause } from "node:timers/promises";
import { counted } from "./admin-answer.ts";
import { AdminClient, AdminError } from "./admin-client.ts";
import { roomPath } from "./admin-room-commands.ts";
import type { UserExport, UserTask } from "./admin-user-commands.ts";
import { nameCopy, publicIdIn } from "./name-copy.ts";
import { safeText } from "./safe-text.ts";
import { splitLines } from "./split-lines.ts";
import { COPY_VERSION, type CopyHeader, UserFile } from "./user-file.ts";

const PAGE = 100;
/** What a busy room has cut is read again so often. */
const ATTEMPTS = 3;
/** Names of the user that are looked up. */
const NAMES_MAX = 100;

/** A mistake in the public id gives nobody an empty copy. */
const NOTHING =
  "The server has nothing of this user. If it is the public id, add --name.";

type Task = Extract<UserTask, UserExport>;

interface Copy {
  readonly task: Task;
  readonly client: AdminClient;
  readonly file: UserFile;
  /** Under which the user has said or done something. */
  readonly seen: Set<string>;
  readonly counts: { rooms: number; lines: number; names: number };
  readonly unanswered: { room?: string; name?: string; why: string }[];
}

/** @returns the lines to print; not `ok`: the file is not there, or not whole */
export async function exportUser(
  task: Task,
  now: () => number,
): Promise<{ ok: boolean; lines: string[] }> {
  let file: UserFile | null = null;
  try {
    file = new UserFile(task.file);
    const copy: Copy = {
      ...{ task, file, client: new AdminClient(task.url, task.secret) },
      ...{ seen: new Set<string>(), unanswered: [] },
      counts: { rooms: 0, lines: 0, names: 0 },
    };
    await copyAll(copy, now());
    if (isEmpty(copy)) throw new Error(NOTHING);
    const isWhole = copy.unanswered.length === 0;
    file.close(isWhole);
    return { ok: isWhole, lines: report(copy) };
  } catch (error) {
    file?.drop();
    return { ok: false, lines: [safeText(wordsOf(error))] };
  }
}

async function copyAll(copy: Copy, made: number): Promise<void> {
  const { task, client, file, counts, seen, unanswered } = copy;
  const { user, name, isForImport } = task;
  const header: CopyHeader = {
    ...{ type: "user-copy", version: COPY_VERSION, user, made, isForImport },
  };
  file.writeLine(header);
  // Before the rooms, which take long: the name may be a wrong one.
  if (name !== undefined && !(await copyName(copy, name)))
    throw new Error(`This user does not have the name ${name}.`);
  for (let after = ""; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (after !== "") query.set("after", after);
    const { rooms, next } = await client.get(`rooms?${query}`);
    for (const { room } of Array.isArray(rooms) ? rooms : [])
      await noted(copy, { room: String(room) }, () =>
        copyRoom(copy, String(room)),
      );
    if (typeof next !== "string") break;
    after = next;
  }
  if (name === undefined)
    for (const one of seen)
      await noted(copy, { name: one }, () => copyName(copy, one));
  file.writeLine({ type: "end", ...counts, unanswered });
}

/** Goes on with the others where one fails, unless nobody answers any more. */
async function noted(
  { unanswered }: Copy,
  place: { room?: string; name?: string },
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isFinal(error)) throw error;
    unanswered.push({ ...place, why: wordsOf(error) });
  }
}

async function copyRoom(copy: Copy, room: string): Promise<void> {
  const { file, counts } = copy;
  const start = file.size;
  for (let attempt = 1; ; attempt++)
    try {
      const lines = await copyLines(copy, room);
      if (lines === 0) file.cut(start);
      else counts.rooms++;
      counts.lines += lines;
      return;
    } catch (error) {
      file.cut(start);
      // It was deleted since.
      if (error instanceof AdminError && error.status === 404) return;
      // The client has asked a busy server again; this is a cut answer.
      if (error instanceof AdminError || attempt === ATTEMPTS) throw error;
      await pause(1000 * attempt);
    }
}

/** @returns the number of the user's events */
async function copyLines(copy: Copy, room: string): Promise<number> {
  const { client, file, seen, task } = copy;
  const query = new URLSearchParams({ user: task.user });
  const log = await client.stream(`${roomPath(room)}/export?${query}`);
  let lines = -1;
  for await (const line of splitLines(log)) {
    const { type, user, username, added = [], removed = [] } = JSON.parse(line);
    // An older server ignores the parameter, and gives away what others wrote.
    if (lines < 0 && (type !== "user-export" || user !== task.user))
      throw new AdminError(-1, "The server is of a release without this.");
    for (const one of [{ user, username }, ...added, ...removed])
      if (one.user === task.user && typeof one.username === "string")
        if (seen.size < NAMES_MAX) seen.add(one.username);
    file.writeLine(line);
    lines++;
  }
  if (lines < 0) throw new Error("The room gave nothing.");
  return lines;
}

/** @returns false if the user does not have the name */
async function copyName(copy: Copy, name: string): Promise<boolean> {
  const { client, file, counts, task } = copy;
  try {
    const path = `names/${encodeURIComponent(name)}/state`;
    const state = await client.get(path);
    if (publicIdIn(state) !== task.user) return false;
    file.writeLine(
      task.isForImport ? { type: "name-state", ...state } : nameCopy(state),
    );
    counts.names++;
    return true;
  } catch (error) {
    // Names of the user that are others', or nobody's, and names of bots.
    const { status } = error instanceof AdminError ? error : { status: 0 };
    if (status === 400 || status === 404) return false;
    throw error;
  }
}

function isEmpty({ counts, unanswered }: Copy): boolean {
  return counts.lines === 0 && counts.names === 0 && unanswered.length === 0;
}

function isFinal(error: unknown): boolean {
  return error instanceof AdminError && error.status <= 0;
}

function report({ counts, unanswered, file, task }: Copy): string[] {
  const { rooms, lines, names } = counts;
  const sums = `${counted(lines, "event")} in ${counted(rooms, "room")}, ${counted(names, "name")}`;
  if (unanswered.length === 0)
    return [
      sums,
      ...(task.isForImport
        ? ["The file has hashes of secrets: do not give it to the person."]
        : []),
    ];
  return [
    sums,
    ...unanswered.map(({ room, name, why }) =>
      safeText(`${room ?? name}: ${why}`),
    ),
    `${unanswered.length} failed. ${safeText(file.partPath)} lacks them. Run the command again.`,
  ];
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
