// One room: turns what happens to its connections, and what other objects ask, into effects.
import { readFrame } from "../protocol/codec.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import { nameKey } from "../protocol/names.ts";
import type { Settings } from "../protocol/settings.ts";
import { HELP } from "../protocol/typed-line.ts";
import { admitConnection } from "./capacity.ts";
import { checkBearer } from "./checking.ts";
import { isDue } from "./due.ts";
import { join } from "./entrance.ts";
import { closed, depart, dismiss, evict, isHere, leave } from "./exit.ts";
import { Floor } from "./floor.ts";
import { mayGoOn, type Pursuit, putUpWith } from "./haste.ts";
import { hold, idOf } from "./held.ts";
import type { Conn, Core, Effects, Event, Query, Tools } from "./host.ts";
import { importStep } from "./import.ts";
import { deliver, notice } from "./letterbox.ts";
import {
  fromAttachment,
  isShut,
  type Joined,
  type Link,
  type Slept,
} from "./link.ts";
import type { Op, Reply } from "./ops.ts";
import { own } from "./ownership.ts";
import { history, info, messages, who } from "./reading.ts";
import { received, say, typing, whisper } from "./speech.ts";

/** Between two looks for clients that stopped pinging, in ms. */
const SWEEP_MS = 30_000;

export interface RoomOptions {
  readonly tools: Tools;
  readonly settings: Settings;
  readonly name: string;
  /** Those open now, with what was kept of them: all there is after a sleep. */
  readonly connections: Iterable<{ conn: Conn; attachment: unknown }>;
}

export class Room implements Core {
  readonly #floor: Floor;
  /** Connections that were mid-way through something when the memory went. */
  readonly #lost: Conn[] = [];
  /** Came in before the room was private, by nothing that names it. */
  readonly #uninvited: Link[] = [];
  #sweptAt = 0;

  constructor({ tools, settings, name, connections }: RoomOptions) {
    this.#floor = new Floor(tools, settings, name);
    for (const { conn, attachment } of connections) {
      if (isShut(attachment)) continue;
      const slept = fromAttachment(attachment);
      if (slept === null) this.#lost.push(conn);
      else this.#wake(conn, slept);
    }
  }

  on(event: Event, now: number): Effects {
    const floor = this.#floor;
    for (const conn of this.#lost.splice(0))
      floor.effects.close.push({ conn, as: "restarted" });
    // They come back, and are told at the door.
    for (const link of this.#uninvited.splice(0))
      dismiss(floor, link, "restarted", now);
    this.#sweep(event, now);
    switch (event.kind) {
      case "opened":
        this.#opened(event.conn, event.query, now);
        break;
      case "frame": {
        const link = floor.links.get(event.conn);
        if (link !== undefined) this.#frame(link, event.data, now);
        break;
      }
      case "closed":
        this.#closed(event.conn, event.code, now);
        break;
      case "slow": {
        const link = floor.links.get(event.conn);
        if (link === undefined) break;
        // The network is at fault, as in a close without a word.
        closed(floor, link, now);
        floor.shut(link, "slow");
        break;
      }
      case "asked":
        floor.effects.replies.push({
          ask: event.ask,
          replies: event.ops.map((op) => this.#answer(op, now)),
        });
        break;
      case "answered":
        floor.calls.answered(event.call, event.replies, now);
        break;
      case "due":
        break;
      default:
        event satisfies never;
    }
    for (const { link, held } of floor.freed.splice(0))
      for (const data of held)
        if (floor.links.get(link.conn) === link) this.#frame(link, data, now);
    this.#due(now);
    floor.pump(now);
    return floor.finish();
  }

  #opened(conn: Conn, query: Query, now: number): void {
    const floor = this.#floor;
    const link = this.#link(conn, {
      id: floor.tools.random(6),
      text: query.text,
      batch: query.batch,
      bearer: null,
      refusedJoins: 0,
    });
    link.heardAt = now;
    if (!admitConnection(floor, link)) return;
    if (query.wrong !== null) {
      floor.fail(link, "bad_request", { message: query.wrong });
      floor.shut(link, "refused");
    } else if (query.token === null) this.#admit(link, query, now);
    else
      checkBearer(floor, link, query.token, now, (then) =>
        this.#admit(link, query, then),
      );
  }

  /** It is known who shows a token, if one was shown. */
  #admit(link: Link, { username }: Query, now: number): void {
    this.#floor.keep(link);
    if (username !== null)
      join(this.#floor, link, { type: "join", username }, true, now);
  }

  #link(conn: Conn, from: Omit<Slept, "joined">): Link {
    const link: Link = {
      conn,
      ...from,
      heardAt: 0,
      privates: 0,
      strikes: 0,
      joins: null,
      others: null,
      phase: { state: "new" },
    };
    this.#floor.links.set(conn, link);
    return link;
  }

  #wake(conn: Conn, { joined, ...from }: Slept): void {
    const link = this.#link(conn, from);
    const { presence, audience, isPrivate } = this.#floor;
    const app = from.bearer?.username === null ? null : from.bearer;
    const namesRoom = (joined ?? app)?.namesRoom ?? true;
    if (isPrivate && !namesRoom) this.#uninvited.push(link);
    if (joined === null) return;
    const key = nameKey(joined.username);
    const member =
      presence.find(key, joined.identity) ?? presence.add({ ...joined, key });
    presence.attach(member, link);
    if (joined.version >= member.version) member.epoch = joined.epoch;
    member.version = Math.max(member.version, joined.version);
    this.#floor.used(member.version);
    audience.add(link);
    const { device, expires, mail, confirms, secret, epoch } = joined;
    link.phase = {
      state: "joined",
      member,
      device,
      expires,
      namesRoom: joined.namesRoom,
      mail,
      confirms,
      secret,
      epoch,
    };
    this.#floor.ends.woken(link);
  }

  #closed(conn: Conn, code: number, now: number): void {
    const floor = this.#floor;
    const link = floor.links.get(conn);
    if (link === undefined) return;
    closed(floor, link, now);
    const isNormal = code === 1000 || code === 1001 || code === 1005;
    if (!isNormal) floor.logClose(code);
  }

  #frame(link: Link, data: string | null, now: number): void {
    const floor = this.#floor;
    link.heardAt = now;
    const { phase } = link;
    if (phase.state === "joining" || phase.state === "checking") {
      hold(floor, link, phase, data, now);
      return;
    }
    const read = readFrame(data, floor.settings);
    if (!read.ok) floor.tell(link, read.error);
    else if (read.message.type === "join")
      join(floor, link, read.message, false, now);
    else if (read.message.type === "ping") floor.tell(link, { type: "pong" });
    else if (read.message.type === "help")
      floor.tell(link, { type: "help", text: HELP.join("\n") });
    else if (phase.state === "new")
      floor.fail(link, "not_joined", { id: idOf(read) });
    else {
      this.#said(link, phase, read.message, now);
      return;
    }
    putUpWith(floor, link, now);
  }

  #said(
    link: Link,
    phase: Joined,
    message: Exclude<ClientMessage, { type: "join" | "ping" | "help" }>,
    now: number,
  ): void {
    const floor = this.#floor;
    const { member } = phase;
    const may = (pursuit: Pursuit, id?: string) =>
      mayGoOn(floor, link, member, pursuit, id, now);
    switch (message.type) {
      case "message":
        if (may("talk", message.id)) say(floor, link, member, message, now);
        break;
      case "private":
        if (may("talk", message.id)) whisper(floor, link, member, message, now);
        break;
      case "who":
        if (may("read")) who(floor, link, message);
        break;
      case "history":
        if (may("read")) history(floor, link, message);
        break;
      case "typing":
        if (may("typing")) typing(floor, member);
        break;
      case "received":
        if (may("received")) received(floor, link, phase, message);
        break;
      case "leave":
        leave(floor, link, now);
        break;
      case "register":
      case "release":
      case "rotate":
      case "block":
      case "unblock":
        if (may("talk")) own(floor, link, phase, message, now);
        break;
      default:
        message satisfies never;
    }
  }

  #answer(op: Op, now: number): Reply {
    const floor = this.#floor;
    switch (op.type) {
      case "deliver":
        return deliver(floor, op);
      case "challenge":
        return { type: "found", state: isHere(floor, op) };
      case "evict":
        return evict(floor, op, now);
      case "notice":
        return notice(floor, op);
      case "info":
        return info(floor);
      case "messages":
        return messages(floor, op);
      case "import-log":
        return importStep(floor, op, now);
      default:
        // From a version that knows more than this one.
        return { type: "refused", code: "unsupported" };
    }
  }

  #due(now: number): void {
    const floor = this.#floor;
    floor.ends.due(now);
    const { PRESENCE_GRACE_MS } = floor.settings;
    for (const member of floor.presence.gone(now, PRESENCE_GRACE_MS))
      depart(floor, member, now);
    floor.crowd.due(now);
    floor.departures.due(now);
  }

  /** Drops clients that used to ping and have stopped. */
  #sweep(event: Event, now: number): void {
    if ("conn" in event) {
      const link = this.#floor.links.get(event.conn);
      if (link !== undefined) link.heardAt = now;
    }
    if (!isDue(this.#sweptAt + SWEEP_MS, now, SWEEP_MS)) return;
    this.#sweptAt = now;
    for (const link of [...this.#floor.links.values()]) {
      const pinged = this.#floor.tools.pinged(link.conn);
      if (pinged === null) continue;
      if (Math.max(pinged, link.heardAt) < now - LIMITS.pingSilence)
        dismiss(this.#floor, link, "goingAway", now);
    }
  }
}
