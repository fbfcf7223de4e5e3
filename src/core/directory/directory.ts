// Directory: one user name as a function of events: its claim, its rooms and its mail.
import type { Settings } from "../../protocol/settings.ts";
import { Calls } from "../shared/calls.ts";
import { collectReplies } from "../shared/collect-replies.ts";
import {
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Platform,
} from "../shared/contract.ts";
import type { Leave, MarkRead } from "../shared/directory-requests.ts";
import type { LoadName } from "../shared/dump-requests.ts";
import { privateEndpoints } from "../shared/events/endpoints.ts";
import {
  EVENT_SCHEDULE,
  EventDelivery,
} from "../shared/events/event-delivery.ts";
import type { CursorCarrier } from "../shared/events/event-source.ts";
import type { Op, Reply } from "../shared/rpc.ts";
import { Schedule } from "../shared/schedule.ts";
import { StoredTables } from "../shared/schema.ts";
import { traceOf } from "../shared/trace.ts";
import { AccountCommands } from "./account-commands.ts";
import { BlockList } from "./block-list.ts";
import { ClaimLifecycle } from "./claims/claim-lifecycle.ts";
import { EnterHandler } from "./claims/enter.ts";
import { Evictions } from "./claims/evictions.ts";
import { HolderErasure } from "./holder-erasure.ts";
import { MailService } from "./mail/mail-service.ts";
import { MentionInbox } from "./mentions/mention-inbox.ts";
import { MentionStore } from "./mentions/mention-store.ts";
import { isMentionRead, MyRoomsList, ROOMS_SCHEDULE } from "./my-rooms.ts";
import { findHolder, freeName, type NameFreeing } from "./name-admin.ts";
import { dumpName, loadName, type NameStorage } from "./name-dump.ts";
import { LISTING_SCHEDULE, NameListing } from "./name-listing.ts";

/** All that a directory runs later, in the order in which it runs. */
const SCHEDULE = [
  "claim expiry",
  "delivery retries",
  "copy retries",
  "copies",
  "mail cursors",
  "evictions",
  "notices",
  ROOMS_SCHEDULE,
  LISTING_SCHEDULE,
];

/** A directory has no connections, so a row alone keeps its event cursors. */
const NO_CONNECTIONS = {
  joined: new Set<CursorCarrier>(),
  persist: () => undefined,
  createFeed: () => null,
};

export interface DirectoryOptions {
  readonly platform: Platform;
  readonly settings: Settings;
  /** The name's key. */
  readonly key: string;
}

export class Directory implements Core {
  readonly #calls = new Calls();
  readonly #schedule: Schedule;
  readonly #claims: ClaimLifecycle;
  readonly #mail: MailService;
  readonly #evictions: Evictions;
  readonly #enter: EnterHandler;
  readonly #accounts: AccountCommands;
  readonly #erasure: HolderErasure;
  readonly #rooms: MyRoomsList;
  readonly #freeing: NameFreeing;
  readonly #listing: NameListing;
  readonly #storage: NameStorage;
  readonly #erased: () => void;
  /** Hands private messages to webhooks; null: none hears them. */
  readonly #events: EventDelivery<CursorCarrier> | null;
  /**
   * No event came since it was loaded: calls from before are not resumed yet.
   */
  #isFresh = true;
  /** The event is an alarm: the next one has to be set in any case. */
  #isAlarm = false;
  #wakesForMail = false;
  #effects: Effects = noEffects();

  constructor({ platform, settings, key }: DirectoryOptions) {
    const calls = this.#calls;
    const endpoints = privateEndpoints(platform, settings, key);
    const hearsMail = endpoints.length > 0;
    const schedule = new Schedule(
      hearsMail ? [...SCHEDULE, ...EVENT_SCHEDULE] : SCHEDULE,
    );
    this.#schedule = schedule;
    const { sql } = platform;
    const tables = new StoredTables(sql);
    const blocks = new BlockList(sql, key, tables);
    const claims = new ClaimLifecycle({
      ...{ sql, tables, schedule, settings, key },
      ended: () => {
        mail.close();
        blocks.clear();
        evictions.clear();
        accounts.clear();
        rooms.clear();
      },
    });
    const mentions = new MentionStore(sql, key, tables);
    const mail = new MailService({
      ...{ sql, tables, settings, key, calls, schedule },
      counters: platform.counters,
      mentions: new MentionInbox({
        store: mentions,
        isBlocked: (user) => blocks.has(user),
        isRead: (mention) =>
          claims.claim !== null && isMentionRead(claims.claim, mention),
      }),
      events: hearsMail
        ? {
            stored: (lines) => this.#events?.stored(lines),
            reset: () => this.#events?.reset(),
          }
        : null,
      isBlocked: (user) => blocks.has(user),
      absent: (...stay) => void claims.leave(...stay),
    });
    const evictions = new Evictions(calls, schedule, key, () =>
      claims.changed(),
    );
    const accounts = new AccountCommands({
      ...{ settings, key, calls, schedule, claims, blocks },
    });
    const rooms = new MyRoomsList({
      ...{ settings, key, calls, schedule, claims, mentions },
    });
    this.#claims = claims;
    this.#rooms = rooms;
    this.#mail = mail;
    this.#evictions = evictions;
    this.#accounts = accounts;
    const erased = () => {
      this.#events?.rewritten();
      this.#effects.hasErased = true;
    };
    this.#erased = erased;
    this.#erasure = new HolderErasure({
      ...{ claims, mail, blocks, evictions, erased },
    });
    this.#freeing = { claims, evictions, erased };
    this.#listing = new NameListing({
      ...{ platform, key, calls, schedule, claims },
    });
    this.#storage = { sql, key, settings };
    this.#events = hearsMail
      ? new EventDelivery(
          {
            ...{ sql, calls, schedule, name: key, isDirectory: true },
            log: mail.eventLog(platform.hash(key).slice(0, 12)),
            ...NO_CONNECTIONS,
            writeLog: (entry) => void this.#effects.logs.push(entry),
          },
          endpoints,
        )
      : null;
    this.#enter = new EnterHandler({
      ...{ settings, key, calls, claims, blocks, mail, evictions },
    });
  }

  on(event: Event, now: number): Effects {
    this.#schedule.run(now);
    this.#resume(now);
    this.#expireMail(now);
    this.#isAlarm = event.kind === "due" && event.by === "alarm";
    this.#wakesForMail = this.#isAlarm || bringsMail(event);
    switch (event.kind) {
      case "asked":
        collectReplies(
          event.ops,
          (op, answer) => {
            this.#calls.traceparent = traceOf(op);
            this.#answer(op, now, answer);
            this.#calls.traceparent = null;
          },
          (replies) => this.#effects.replies.push({ ask: event.ask, replies }),
        );
        break;
      case "answered":
        this.#calls.answered(event.call, event.replies, now);
        break;
      case "due":
        // It is set again if it is needed. To set it costs a row and a commit.
        if (event.by === "alarm") this.#claims.alarmFired();
        break;
      case "stopping":
        // All that matters is stored, but for the cursors of webhooks.
        this.#events?.stop();
        break;
      case "opened":
      case "frame":
      case "closed":
      case "slow":
        break;
      default:
        event satisfies never;
    }
    // This core knows nothing of what was loaded.
    if (this.#effects.restart) return this.#effects;
    this.#listing.settle(now);
    this.#events?.settle(now);
    return this.#takeEffects(now);
  }

  /** Makes the calls again that were in flight when the memory went. */
  #resume(now: number): void {
    const { claim } = this.#claims;
    if (this.#isFresh && claim !== null) {
      this.#mail.resume(claim, now);
      this.#evictions.start(claim, now);
    }
    this.#isFresh = false;
  }

  #expireMail(now: number): void {
    if (this.#claims.claim === null || !this.#mail.expiry.run(now)) return;
    // The newest mail had the newest number, and may have gone.
    this.#claims.changed();
    this.#erased();
  }

  #answer(op: Op, now: number, answer: (reply: Reply) => void): void {
    switch (op.type) {
      case "enter":
        this.#enter.run(op, now, answer);
        break;
      case "leave": {
        const { identity, room, version } = op;
        this.#markRead(op, now);
        const newest = this.#claims.leave(
          ...([identity, room, version, now] as const),
          op.withoutVisit,
        );
        answer({ type: "done", ...(newest !== null && { newest }) });
        break;
      }
      case "post":
        this.#mail.post(op, now, answer);
        break;
      case "mention":
        this.#mail.mention(op, now);
        answer({ type: "done" });
        break;
      case "copy":
        this.#mail.copy(op, now, (isWatched) =>
          answer({
            type: "done",
            ...(isWatched !== null && { isWatched }),
          }),
        );
        break;
      case "had":
        this.#mail.markReceived(op);
        answer({ type: "done" });
        break;
      case "register":
      case "release":
      case "rotate":
      case "block":
      case "unblock":
        answer(this.#accounts.run(op, now));
        break;
      case "erase-holder":
        this.#erasure.eraseHolder(op, now, answer);
        break;
      case "erase-letters":
        this.#erasure.eraseLetters(op);
        answer({ type: "done" });
        break;
      case "mark-read":
        this.#markRead(op, now);
        answer({ type: "done" });
        break;
      case "my-rooms":
        this.#rooms.run(op, now, answer);
        break;
      case "forget-visit":
        answer(this.#rooms.forget(op));
        break;
      case "find-holder":
        answer(findHolder(this.#claims));
        break;
      case "free-name":
        freeName(this.#freeing, now, answer);
        break;
      case "dump":
        answer(dumpName(this.#storage, this.#claims.held));
        break;
      case "load-name":
        answer(this.#load(op, now));
        break;
      case "whois":
        answer(this.#claims.whois(op.room));
        break;
      default:
        // A newer release asks for something that this one does not know.
        answer({ type: "refused", code: "unsupported" });
    }
  }

  /** The other rooms of the holder learn of a marker in the mail. */
  #markRead(op: MarkRead | Leave, now: number): void {
    if (this.#claims.markRead(op, now)) this.#accounts.mailRead(op.room, now);
  }

  #load(op: LoadName, now: number): Reply {
    const loaded = loadName(this.#storage, this.#claims.held, op, now);
    if (loaded === null) return { type: "done" };
    if ("why" in loaded) return loaded;
    this.#effects.alarm = loaded.alarmAt;
    this.#effects.restart = true;
    // The next core does it again, since this one gets no answer.
    this.#listing.enter(loaded.claim, now);
    this.#effects.calls.push(...this.#calls.take());
    return { type: "done" };
  }

  #takeEffects(now: number): Effects {
    const claims = this.#claims;
    const { held } = claims;
    this.#calls.moveTo(this.#effects.calls);
    const next = this.#schedule.next("alarm");
    this.#effects.alarm =
      held === null ? (next ?? undefined) : this.#alarmFor(next, now);
    this.#mail.write();
    if (this.#mail.isWriteDue(now)) claims.changed();
    if (claims.save()) this.#mail.written();
    this.#effects.timer = this.#schedule.next("timer");
    const isIdle = this.#calls.isIdle && this.#mail.isCopied;
    if (held === null && isIdle && claims.takeStorageEmpty())
      this.#effects.deleteStorage = true;
    const effects = this.#effects;
    this.#effects = noEffects();
    return effects;
  }

  /** @param next when the schedule needs the alarm, ms since 1970; null: never */
  #alarmFor(next: number | null, now: number): number | undefined {
    const claims = this.#claims;
    const expiresAt = claims.claim?.expiresAt ?? null;
    // While the holder is in a room the next event deletes what is too old.
    const mailAt = expiresAt === null ? null : this.#mail.expiry.dueAt;
    if (mailAt === null || (next !== null && next <= mailAt))
      return claims.alarmFor(now, next);
    if (this.#wakesForMail || claims.isChanged) {
      const alarm = claims.alarmFor(now, mailAt);
      // Else the next message after a sleep sets it once more.
      if (alarm !== undefined && !this.#isAlarm) claims.changed();
      return alarm;
    }
    // Other events set no alarm for mail, and put none off: one is set already.
    const alarm = claims.alarmFor(now, next);
    return alarm === undefined ? undefined : claims.alarmFor(now, mailAt);
  }
}

function bringsMail(event: Event): boolean {
  if (event.kind !== "asked") return false;
  return event.ops.some(({ type }) => type === "post" || type === "copy");
}
