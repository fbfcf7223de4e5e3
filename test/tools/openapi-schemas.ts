// OpenAPI schemas: the bodies and answers of HTTP requests, by their names in the OpenAPI document.
import * as v from "valibot";
import { EraseSchema } from "../../src/http/admin-erasures.ts";
import { NewKeySchema } from "../../src/http/admin-keys.ts";
import {
  KeyStateSchema,
  NameStateSchema,
  RoomStateSchema,
} from "../../src/http/admin-state.ts";
import { ReplaySchema } from "../../src/http/admin-webhooks.ts";
import {
  BatchSchema,
  BotSchema,
  BroadcastSchema,
  DeleteBodySchema,
  EditBodySchema,
  PublishSchema,
  ReactBodySchema,
} from "../../src/http/publish-schemas.ts";
import { CloseReportBodySchema } from "../../src/http/room-reports.ts";
import { ACCESS_LEVELS } from "../../src/protocol/access-levels.ts";
import { ERRORS } from "../../src/protocol/errors.ts";
import {
  MODERATED_ACTIONS,
  StoredEventSchema,
} from "../../src/protocol/event-schemas.ts";
import { ROLES } from "../../src/protocol/roles.ts";

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.string();
const code = v.picklist(Object.keys(ERRORS));
const fields = { id: v.optional(text), seq: whole, at: whole };
const duplicate = v.optional(v.literal(true));
const key = v.object({
  id: text,
  scopes: v.array(text),
  rooms: v.optional(v.array(text)),
});

/** What the admin reads of a room; of one without a log no epoch. */
const roomFigures = {
  ...{ epoch: v.nullable(text), seq: whole, oldest: whole, messages: whole },
  ...{ members: whole, connections: whole, newestAt: v.optional(whole) },
  access: v.picklist(ACCESS_LEVELS),
  closed: v.optional(v.literal(true)),
};

const moderation = v.object({
  action: v.picklist(MODERATED_ACTIONS),
  ...{ user: v.optional(text), username: v.optional(text) },
  ...{ for: v.optional(whole), seconds: v.optional(whole) },
  role: v.optional(v.picklist([...ROLES, "none"])),
  access: v.optional(v.picklist(ACCESS_LEVELS)),
  ...{ code: v.optional(text), uses: v.optional(whole) },
  ...{ reason: v.optional(text), id: v.optional(text) },
});

const user = { user: text, username: text };
/** The message of a reply or of a report, as it is now. */
const quoted = v.union([
  v.object({ seq: whole, ...user, text }),
  v.object({ seq: whole, erased: v.literal(true) }),
]);

/** The fields of a message on a folded page, beside those that it always has. */
const foldedFields = v.object({
  reactions: v.optional(
    v.array(v.object({ emoji: text, count: whole, users: v.array(text) })),
  ),
  replies: v.optional(v.object({ count: whole, last: whole })),
  pinned: v.optional(v.literal(true)),
  quoted: v.optional(quoted),
});

/** The schemas of bodies and answers, by their names in the document. */
export const SCHEMAS = {
  Message: PublishSchema,
  Batch: BatchSchema,
  Broadcast: BroadcastSchema,
  Edit: EditBodySchema,
  Delete: DeleteBodySchema,
  Reaction: ReactBodySchema,
  NewKey: NewKeySchema,
  Moderation: moderation,
  KeyModeration: v.object({
    ...moderation.entries,
    as: v.optional(BotSchema),
  }),
  CloseReport: CloseReportBodySchema,
  ReportReceipt: v.object({ report: whole, at: whole, duplicate }),
  Reports: v.object({
    reports: v.array(
      v.object({
        ...{ report: whole, of: whole, epoch: text, ...user, at: whole },
        ...{ target: v.object(user), reason: v.optional(text), quoted },
        outcome: v.optional(CloseReportBodySchema.entries.outcome),
        closed: v.optional(v.object({ ...user, at: whole })),
      }),
    ),
    ...{ more: v.boolean(), open: whole },
  }),
  Receipt: v.object({ ...fields, duplicate }),
  PrivateReceipt: v.object({
    ...{ id: v.optional(text), private: text, to: text, at: whole },
    ...{ delivered: v.boolean(), expires: v.optional(whole), duplicate },
  }),
  Results: v.object({
    results: v.array(
      v.object({
        status: v.pipe(v.number(), v.integer()),
        ...{ room: v.optional(text), id: v.optional(text) },
        ...{ seq: v.optional(whole), at: v.optional(whole), duplicate },
        ...{ code: v.optional(code), detail: v.optional(text) },
        ...{ reason: v.optional(text), retryAfter: v.optional(whole) },
      }),
    ),
  }),
  Room: v.object({
    room: text,
    count: whole,
    seq: whole,
    epoch: v.nullable(text),
  }),
  Page: v.object({
    messages: v.array(v.intersect([StoredEventSchema, foldedFields])),
    ...{ more: v.boolean(), epoch: v.nullable(text), asOf: whole },
    ...{ fold: v.optional(v.literal(true)), thread: v.optional(whole) },
    at: v.optional(whole),
    ...{ from: v.optional(whole), to: v.optional(whole) },
  }),
  SearchResults: v.object({
    text,
    messages: v.array(v.intersect([StoredEventSchema, foldedFields])),
    ...{ more: v.boolean(), epoch: v.nullable(text), asOf: whole },
    ...{ from: whole, to: whole },
  }),
  Health: v.object({
    ok: v.boolean(),
    storage: v.optional(text),
    directory: v.optional(v.literal("unreachable")),
    webhooks: v.optional(v.object({ count: whole, seconds: whole })),
  }),
  Config: v.object({
    guests: v.boolean(),
    avatarOrigins: v.optional(v.array(text)),
  }),
  RoomPage: v.object({
    rooms: v.array(
      v.object({
        ...{ room: text, since: whole },
        ...v.partial(v.object(roomFigures)).entries,
        unavailable: v.optional(v.literal(true)),
      }),
    ),
    next: v.optional(text),
  }),
  Holder: v.object({
    ...{ user: text, username: text, since: whole, rooms: v.array(text) },
    kind: v.picklist(["guest", "registered", "app"]),
    ...{ until: v.optional(whole), resting: v.optional(v.literal(true)) },
  }),
  ClosedRoom: v.object({ room: text, closed: v.boolean() }),
  RoomFigures: v.object({ room: text, ...roomFigures, bytes: whole }),
  Erase: EraseSchema,
  Erasure: v.object({
    ...{ user: text, state: v.picklist(["running", "done", "incomplete"]) },
    ...{ begun: whole, ended: v.optional(whole), rooms: whole },
    names: v.optional(whole),
    ...{ unanswered: v.array(text), unansweredRooms: whole },
    unansweredNames: whole,
  }),
  RoomState: v.object({
    ...{ room: text, epoch: v.nullable(text), seq: whole },
    parent: v.nullable(text),
    tables: RoomStateSchema.entries.tables,
  }),
  LoadedRoom: RoomStateSchema,
  NamePage: v.object({
    names: v.array(v.object({ name: text, since: whole })),
    next: v.optional(text),
  }),
  NameState: v.object({ name: text, tables: NameStateSchema.entries.tables }),
  LoadedName: NameStateSchema,
  KeyState: KeyStateSchema,
  Keys: v.object({
    keys: v.array(v.object({ ...key.entries, made: whole })),
    setting: v.array(key),
  }),
  MadeKey: v.object({ ...v.partial(key).entries, id: text, key: text }),
  Replay: ReplaySchema,
  Webhooks: v.object({
    room: text,
    epoch: v.nullable(text),
    ...{ oldest: whole, seq: whole },
    webhooks: v.array(
      v.object({
        ...{ id: text, host: v.optional(text) },
        ...{ epoch: v.optional(text), seq: v.optional(whole), lag: whole },
        ...{ failures: whole, failingSince: v.optional(whole) },
        ...{ retryAt: v.optional(whole), gone: v.optional(v.literal(true)) },
      }),
    ),
  }),
  Replayed: v.object({
    ...{ room: text, epoch: text, from: whole, to: whole },
    webhooks: v.array(text),
  }),
  Imported: v.object({
    room: text,
    epoch: v.nullable(text),
    seq: whole,
    events: whole,
    // Events that ROOM_DAYS has made too old.
    expired: v.optional(whole),
  }),
  Problem: v.object({
    ...{ type: text, title: text, status: v.pipe(v.number(), v.integer()) },
    ...{ detail: text, code: v.optional(code), reason: v.optional(text) },
    until: v.optional(whole),
  }),
} satisfies Record<string, v.GenericSchema>;
