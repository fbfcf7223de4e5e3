// Stored tables: what each column of each table holds, and how each table comes into a backup.

/**
 * What a column holds:
 * - object: the name of the room, or the key of the name, whose row it is
 * - user: an id, a name or a key of a user
 * - text: words that a user wrote
 * - epoch: the epoch of the log of a room
 * - claim: the epoch of the claim on a name
 * - other: anything else, such as numbers and times
 */
export type Content = "object" | "user" | "text" | "epoch" | "claim" | "other";

export interface StoredTable {
  /**
   * A backup by rooms and names has it from here. In other words: the reason why
   * it has none of it.
   */
  readonly copy: "room dump" | "name dump" | "log" | "keys" | { why: string };
  readonly columns: { readonly [column: string]: readonly Content[] };
}

const OBJECT = ["object"] as const;
const USER = ["user"] as const;
const TEXT = ["text"] as const;
const EPOCH = ["epoch"] as const;
const OTHER = ["other"] as const;
const room = OBJECT;
const key = OBJECT;

export const STORED_TABLES: { readonly [table: string]: StoredTable } = {
  // Of a room.
  room: {
    copy: { why: "An import begins a log with an epoch of its own." },
    columns: { room, epoch: EPOCH },
  },
  log: {
    copy: "log",
    columns: {
      ...{ room, first: OTHER, count: OTHER, others: OTHER },
      body: ["user", "text"],
    },
  },
  message_state: {
    copy: { why: "An import makes it from the log." },
    columns: { room, seq: OTHER, state: USER },
  },
  reactors: {
    copy: { why: "An import makes it from the log." },
    columns: { room, seq: OTHER, emoji: OTHER, people: USER },
  },
  notice_board: {
    copy: { why: "An import makes it from the log." },
    columns: { room, topic: TEXT, pins: OTHER },
  },
  erasure: {
    copy: "room dump",
    columns: { room, epoch: EPOCH, chunk: OTHER, bits: OTHER },
  },
  log_origin: {
    copy: "room dump",
    columns: { room, epoch: EPOCH, parent: EPOCH, seq: OTHER },
  },
  presence_mark: {
    copy: { why: "Nobody is in the room of a backup." },
    columns: { room, endpoint: OTHER },
  },
  role: {
    copy: "room dump",
    columns: { room, user: USER, key: USER, role: OTHER },
  },
  restriction: {
    copy: "room dump",
    columns: {
      ...{ room, kind: OTHER, user: USER, key: USER, username: USER },
      ...{ until: OTHER, rank: OTHER },
    },
  },
  network_ban: {
    copy: "room dump",
    columns: {
      ...{ room, user: USER, hash: OTHER, salt: OTHER, until: OTHER },
      known: USER,
    },
  },
  room_policy: { copy: "room dump", columns: { room, policy: OTHER } },
  room_member: {
    copy: "room dump",
    columns: { room, user: USER, key: USER, name: USER, username: USER },
  },
  invitation: {
    copy: "room dump",
    columns: { room, hash: OTHER, uses: OTHER, until: OTHER },
  },
  report: {
    copy: "room dump",
    columns: {
      ...{ room, report: OTHER, epoch: EPOCH, seq: OTHER, user: USER },
      ...{ username: USER, target: USER, target_name: USER, reason: TEXT },
      ...{ client_id: OTHER, at: OTHER, outcome: OTHER, closed_at: OTHER },
      ...{ closed_user: USER, closed_name: USER },
    },
  },
  report_numbering: { copy: "room dump", columns: { room, epoch: EPOCH } },
  mention_cursor: {
    copy: { why: "It waits minutes at most, and the names are saved too." },
    columns: { room, epoch: EPOCH, seq: OTHER },
  },
  purge: {
    copy: { why: "Nobody reads what it hides, and so no export has it." },
    columns: { room, last: OTHER, user: USER, first: OTHER, since: OTHER },
  },
  user_erasure: {
    copy: { why: "Nobody reads what it hides, and so no export has it." },
    columns: {
      ...{ room, user: USER, last: OTHER, keys: USER, addressees: USER },
      is_swept: OTHER,
    },
  },
  retention: {
    copy: { why: "The room makes it anew from its log and its settings." },
    columns: { room, wake_at: OTHER, days: OTHER, epoch: EPOCH },
  },
  // Of a room or of a name.
  event_cursor: {
    copy: { why: "A webhook of the new server begins with the next event." },
    columns: { room, endpoint: OTHER, epoch: EPOCH, seq: OTHER },
  },
  delivery_failure: {
    copy: { why: "The next delivery shows whether the endpoint answers." },
    columns: { room, endpoint: OTHER, state: OTHER },
  },
  // Of a name.
  claim: {
    copy: "name dump",
    columns: {
      ...{ key, key_version: OTHER, identity: USER, username: USER },
      ...{ rooms: OTHER, free_at: OTHER, alarm_at: OTHER, epoch: ["claim"] },
      ...{ head: OTHER, had: OTHER, copied: OTHER, settled: OTHER },
      // The read markers in rooms.
      standing: EPOCH,
    },
  },
  mail: {
    copy: "name dump",
    columns: {
      ...{ key, mail: OTHER, letter: ["user", "text", "claim"] },
      ...{ from_key: USER, origin: OTHER },
    },
  },
  blocked: { copy: "name dump", columns: { key, user: USER, username: USER } },
  copied: {
    copy: "name dump",
    columns: {
      ...{ key, source: USER, epoch: ["claim"], mail: OTHER, at: OTHER },
    },
  },
  mention: {
    copy: "name dump",
    columns: {
      ...{ key, mail: OTHER, room: OTHER, epoch: EPOCH, seq: OTHER },
      ...{ user: USER, username: USER, at: OTHER, dropped_at: OTHER },
    },
  },
  // Of a service.
  registered_room: {
    copy: { why: "Rooms register when they are loaded." },
    columns: { shard: OTHER, room: OTHER, since: OTHER },
  },
  registered_name: {
    copy: { why: "Names register when they are loaded." },
    columns: { shard: OTHER, room: USER, since: OTHER },
  },
  api_key: {
    copy: "keys",
    columns: {
      ...{ id: OTHER, hash: OTHER, scopes: OTHER, rooms: OTHER, made: OTHER },
    },
  },
  erasure_job: {
    copy: { why: "The backup has rooms and names as they are meanwhile." },
    columns: { hash: OTHER, job: USER },
  },
  erasure_task: {
    copy: { why: "The backup has rooms and names as they are meanwhile." },
    columns: { hash: OTHER, kind: OTHER, name: USER },
  },
  erased_user: {
    copy: { why: "It guards one server against older exports of its rooms." },
    columns: { hash: OTHER, at: OTHER },
  },
  // Of a file.
  schema: {
    copy: { why: "The tables are made when they are loaded." },
    columns: { part: OTHER, version: OTHER },
  },
  alarm: {
    copy: { why: "Each object sets its own." },
    columns: { kind: OTHER, name: OTHER, at: OTHER },
  },
  backup: {
    copy: { why: "It marks a copy of the file, and no server has it." },
    columns: { made: OTHER },
  },
};
