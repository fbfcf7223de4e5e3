// Admin commands: the words after `edge-chat admin` become one request below /admin.
import { reportRequest, roomPath, roomRequest } from "./admin-room-commands.ts";
import {
  readUserWords,
  USER_USAGE,
  type UserTask,
} from "./admin-user-commands.ts";
import { invalid, readArguments, readUrl } from "./read-arguments.ts";
import type { BackupTask } from "./server-backup.ts";

/** One request of the admin. */
export interface AdminOptions {
  readonly url: string;
  readonly secret: string;
  readonly request: AdminRequest;
  /** Print JSON, for a script. */
  readonly json?: true;
  /** The operator has said yes to the question. */
  readonly yes?: true;
}

export interface AdminRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below /admin/. */
  readonly path: string;
  /** The file that gets the answer to a GET, or that a POST sends. */
  readonly file?: string;
  readonly body?: object;
  /** The answer is one of several pages. */
  readonly isPaged?: true;
  /** Ask on below the path, by the public id of the answer, until it has ended. */
  readonly waits?: boolean;
  /** The operator has to say yes to it first. */
  readonly question?: string;
  /** Is printed in the place of the answer, which is empty. */
  readonly done?: string;
}

export type ParsedAdmin =
  | { readonly kind: "admin"; readonly options: AdminOptions }
  | { readonly kind: "backup"; readonly options: BackupTask }
  | { readonly kind: "user"; readonly options: UserTask }
  | { readonly kind: "help" }
  | { readonly kind: "invalid"; readonly message: string };

export const ADMIN_USAGE = `Usage: edge-chat admin owner ROOM NAME
       edge-chat admin name NAME
       edge-chat admin free NAME [--yes]
       edge-chat admin rooms list [--prefix TEXT]
       edge-chat admin rooms show ROOM
       edge-chat admin rooms close ROOM
       edge-chat admin rooms open ROOM
       edge-chat admin rooms delete ROOM [--yes]
       edge-chat admin rooms export ROOM FILE
       edge-chat admin rooms import ROOM FILE [--yes]
       edge-chat admin reports list ROOM [--open]
       edge-chat admin reports resolve ROOM NUMBER
       edge-chat admin reports dismiss ROOM NUMBER
       edge-chat admin keys list
       edge-chat admin keys make ID --scopes publish,read [--rooms a,b-*]
       edge-chat admin keys rotate ID
       edge-chat admin keys revoke ID [--old]
       edge-chat admin backup FOLDER
       edge-chat admin restore FOLDER
       edge-chat admin webhooks list ROOM
       edge-chat admin webhooks replay ROOM --from SEQ [--webhook ID]
       edge-chat admin webhooks replay ROOM --since TIME [--webhook ID]
       edge-chat admin erase [USER] [--name NAME] --yes [--wait]
       edge-chat admin erasure USER
       edge-chat admin user export USER [--name NAME] [--importable] FILE
       edge-chat admin user import FILE

  --url URL   the server (EDGE_CHAT_URL; default http://localhost:8787)
  --yes       do not ask whether it is meant
  --json      print JSON, for a script: a line for each room, or one line

owner makes a user the owner of a room: one who is in the room, or who wrote
there under that name. The name must be registered, or come from an app.

name prints who has a name. free takes it from its holder, with the letters that
wait for them: everybody else may have it at once.

rooms list prints all rooms, also private ones, or those whose names begin so:
members, connections, stored messages, and the number and time of the newest
event. rooms show prints more of one room. rooms close ends all connections of
a room and lets nobody in; rooms open ends that. rooms delete deletes a room with
all its messages, members, roles and bans, for good. rooms export writes the log
of a room to a file; rooms import replaces the log of a room by it.

reports list prints the reports of a room, the newest first, with the message as
it is now. resolve and dismiss close one.

backup copies all rooms, all registered names and those of an app, and the
server keys to a folder. restore brings them to another server, on either host.
Both go on where they ended when they are run again, and print what has failed.

webhooks list prints how far each webhook of a room is. replay sends it the
stored events of the room once more, from an event or a time on, such as
2026-11-28T12:00:00Z; without --webhook all of them. A webhook that had answered
410 gets events again.

erase erases a user everywhere: their messages, letters, name and all that others
see of them. It cannot be undone, so it needs --yes. USER is the public id. With
--name NAME the claim on that name ends first; without USER its holder is erased.
--wait prints the end, and what has not answered. erasure prints how far it is.

${USER_USAGE}
ADMIN_SECRET in the environment is the secret of the server. make and rotate
print a key once: nobody can read it again. After rotate the key before is good
too, until revoke --old or the next rotate. A server may take a minute to hear
of a key that ends.
`;

const OPTIONS = {
  url: { type: "string" },
  scopes: { type: "string" },
  rooms: { type: "string" },
  old: { type: "boolean" },
  from: { type: "string" },
  since: { type: "string" },
  webhook: { type: "string" },
  prefix: { type: "string" },
  json: { type: "boolean" },
  name: { type: "string" },
  yes: { type: "boolean" },
  wait: { type: "boolean" },
  open: { type: "boolean" },
  importable: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = Extract<
  ReturnType<typeof readArguments<typeof OPTIONS>>,
  { ok: true }
>["values"];

/** @param args after the word admin */
export function parseAdmin(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  defaultUrl: string,
): ParsedAdmin {
  const parsed = readArguments(args, OPTIONS);
  if (!parsed.ok) return parsed.invalid;
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  const [verb, folder, ...others] = positionals;
  const isBackup = verb === "backup" || verb === "restore";
  const user =
    verb === "user" ? readUserWords(positionals.slice(1), values) : null;
  if (typeof user === "string") return invalid(user);
  const request =
    isBackup || user !== null ? null : readRequest(positionals, values);
  if (typeof request === "string") return invalid(request);
  // A URL takes them out of its path.
  if (request !== null && /(^|\/)\.\.?(\/|\?|$)/.test(request.path))
    return invalid("A name does not end in a dot.");
  if (isBackup && (folder === undefined || folder === "" || others.length > 0))
    return invalid(`${verb} takes a folder.`);
  const secret = env.ADMIN_SECRET ?? "";
  if (!/^[\x21-\x7e]+$/.test(secret))
    return invalid("ADMIN_SECRET must be in the environment.");
  const url = values.url ?? env.EDGE_CHAT_URL ?? defaultUrl;
  const wrong = readUrl(url, ["http", "https"]);
  if (wrong !== null) return wrong;
  if (user !== null) return { kind: "user", options: { ...user, url, secret } };
  if (request === null)
    return {
      kind: "backup",
      options: {
        verb: verb === "backup" ? verb : "restore",
        ...{ folder: folder ?? "", url, secret },
      },
    };
  const options = {
    ...{ url, secret, request },
    ...(values.json && { json: true as const }),
    ...(values.yes && request.question !== undefined && { yes: true as const }),
  };
  return { kind: "admin", options };
}

/** @returns a text that says what is wrong */
function readRequest(
  [group, ...words]: readonly string[],
  values: Values,
): AdminRequest | string {
  switch (group) {
    case "owner":
      return ownerRequest(words);
    case "rooms":
      return roomRequest(words, values);
    case "name":
    case "free":
      return nameRequest(group, words);
    case "reports":
      return reportRequest(words, values);
    case "keys":
      return keyRequest(words, values);
    case "webhooks":
      return webhookRequest(words, values);
    case "erase":
      return eraseRequest(words, values);
    case "erasure":
      return erasureRequest(words);
    default:
      return "admin takes the word owner, name, free, rooms, reports, keys, webhooks, erase, erasure, user, backup or restore.";
  }
}

function nameRequest(
  group: "name" | "free",
  [name, ...others]: readonly string[],
): AdminRequest | string {
  if (name === undefined || name === "" || others.length > 0)
    return `${group} takes a name.`;
  const path = `names/${encodeURIComponent(name)}`;
  if (group === "name") return { method: "GET", path };
  return {
    ...{ method: "DELETE", path, done: `${name} is free.` },
    question: `Take the name ${name} from its holder, for good?`,
  };
}

const ERASE_PATH = "users/erase";

function eraseRequest(
  [user, ...others]: readonly string[],
  { name, yes, wait }: Values,
): AdminRequest | string {
  if (others.length > 0 || (user === undefined && name === undefined))
    return "erase takes the public id of a user, or --name NAME.";
  if (!yes) return "What is erased cannot be brought back: add --yes.";
  return {
    ...{ method: "POST", path: ERASE_PATH },
    body: {
      ...(user !== undefined && { user }),
      ...(name !== undefined && { username: name }),
    },
    ...(wait && { waits: true }),
  };
}

function erasureRequest([user, ...others]: readonly string[]):
  | AdminRequest
  | string {
  return user === undefined || others.length > 0
    ? "erasure takes the public id of a user."
    : { method: "GET", path: `${ERASE_PATH}/${encodeURIComponent(user)}` };
}

function ownerRequest([room, username, ...others]: readonly string[]):
  | AdminRequest
  | string {
  if (room === undefined || username === undefined || others.length > 0)
    return "owner takes a room and a name.";
  return {
    ...{ method: "POST", path: `${roomPath(room)}/moderate` },
    body: { action: "role", role: "owner", username },
    done: `${username} is an owner of ${room}.`,
  };
}

const KEY_WORDS = "keys takes list, make ID, rotate ID or revoke ID.";

function keyRequest(
  [verb, id, ...others]: readonly string[],
  { scopes, rooms, old }: Values,
): AdminRequest | string {
  if (others.length > 0) return `Unexpected arguments: ${others.join(" ")}`;
  if (verb === "list" && id === undefined)
    return { method: "GET", path: "keys" };
  if (id === undefined || verb === "list") return KEY_WORDS;
  const path = `keys/${encodeURIComponent(id)}`;
  switch (verb) {
    case "make":
      if (scopes === undefined) return "make needs --scopes publish,read";
      return {
        ...{ method: "POST", path: "keys" },
        body: {
          ...{ id, scopes: wordsOf(scopes) },
          ...(rooms !== undefined && { rooms: wordsOf(rooms) }),
        },
      };
    case "rotate":
      return { method: "POST", path: `${path}/rotate` };
    case "revoke":
      return {
        ...{ method: "DELETE", path: old ? `${path}/old` : path },
        done: old
          ? `Only the newest key of ${id} is good.`
          : `${id} has no key.`,
      };
    default:
      return KEY_WORDS;
  }
}

function webhookRequest(
  [verb, room, ...others]: readonly string[],
  { from, since, webhook }: Values,
): AdminRequest | string {
  if (others.length > 0) return `Unexpected arguments: ${others.join(" ")}`;
  if (room === undefined || (verb !== "list" && verb !== "replay"))
    return "webhooks takes list ROOM or replay ROOM.";
  const path = `${roomPath(room)}/webhooks`;
  if (verb === "list") return { method: "GET", path };
  if ((from === undefined) === (since === undefined))
    return "replay needs either --from SEQ or --since TIME.";
  const start = from === undefined ? readTime(since) : readSeq(from);
  if (typeof start === "string") return start;
  const only = webhook === undefined ? {} : { webhook };
  return {
    ...{ method: "POST", path: `${path}/replay` },
    body: { ...start, ...only },
  };
}

function readSeq(text: string) {
  return /^[1-9]\d{0,14}$/.test(text)
    ? { from: Number(text) }
    : "--from must be the number of an event, 1 or more.";
}

/** Only with the zone, so that the place of the operator changes nothing. */
function readTime(text = "") {
  const ms = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(ms) || ms < 0
    ? "--since must be a time like 2026-11-28T12:00:00Z."
    : { since: ms };
}

function wordsOf(list: string): string[] {
  return list.split(/[\s,+]+/).filter(Boolean);
}
