// One user in one room: joins, stays, comes back, and goes when told to.
import type {
  PrivateMessage,
  WelcomeFrame,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import { type Answer, Asks, type Question } from "./asks.ts";
import { type ChatError, ownError } from "./chat-error.ts";
import { Connection, type ConnectionUser } from "./connection.ts";
import type { Entry } from "./entry.ts";
import type { ChatEvent, ChatPrivate, Rotated } from "./events.ts";
import { Outbox, type Sender } from "./outbox.ts";
import type { InRoom, Person } from "./person.ts";
import { Reading } from "./reading.ts";
import { Roster } from "./roster.ts";
import { Sending } from "./sending.ts";
import { Timeline } from "./timeline.ts";
import { told } from "./told.ts";
import { isRoomEvent, isServerMessage } from "./wire.ts";

/** Typing is told at most this often, in ms. */
const TYPING_MS = 3000;
/** An answer that takes longer will not come. */
const ANSWER_MS = 30_000;

export interface SessionOptions {
  readonly person: Person;
  readonly room: string;
  /** Names this window to the server. */
  readonly device: string;
  /** Messages from before to begin with, 0 to 200. */
  readonly history: number;
  /** Begin with all private messages that the server has. */
  readonly allMail: boolean;
  /** Messages in the snapshot. */
  readonly keep: number;
  /** Events, in order. */
  readonly tell: (events: readonly ChatEvent[]) => void;
}

export class Session implements ConnectionUser, InRoom, Sender {
  readonly person: Person;
  readonly connection: Connection;
  readonly asks = new Asks();
  readonly roster = new Roster();
  readonly timeline: Timeline;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly sending: Sending;
  readonly allMail: boolean;
  room: string;
  username: string;
  /** With which it was joined last. */
  token = "";
  /** As the last welcome said them. */
  limits: WelcomeLimits | null = null;
  readonly #options: SessionOptions;
  readonly #stopWaking: () => void;
  #events: ChatEvent[] = [];
  #loaded: Promise<void> | null = null;
  #hasBeenLive = false;
  #typedAt = Number.NEGATIVE_INFINITY;
  /** As the last `received` said it. */
  #confirmed = "";

  constructor(options: SessionOptions) {
    const { person, room, history, keep, allMail } = options;
    const { environment } = person;
    this.#options = options;
    this.person = person;
    this.room = room;
    this.username = person.username ?? "";
    this.allMail = allMail;
    this.timeline = new Timeline(keep);
    person.rooms.push(this);
    const url = `${person.host}/rooms/${encodeURIComponent(room)}`;
    this.connection = new Connection(url, environment, this);
    this.outbox = new Outbox(this);
    this.reading = new Reading(this, history);
    this.sending = new Sending(this);
    this.#stopWaking = environment.onWake(() => this.connection.wake());
  }

  async prepare(): Promise<void> {
    this.#loaded ??= this.reading.load();
    await Promise.all([this.person.load(), this.#loaded]);
    await this.outbox.adopt();
    await this.person.renew();
  }

  opened(): void {
    const { device, history } = this.#options;
    const { mail, username, token } = this.person;
    this.token = token;
    this.connection.send({
      type: "join",
      username,
      token,
      device,
      history,
      ...mail.since(this.allMail && !this.#hasBeenLive),
      ...this.reading.stream.since(this.outbox.tried),
    });
  }

  /** The join was granted. */
  welcome(welcome: WelcomeFrame): void {
    const { room, username, user, members, count, limits } = welcome;
    this.person.welcome(welcome, this.token);
    // Since then the name of anybody may have changed hands.
    if (this.#hasBeenLive) this.person.forget();
    this.#hasBeenLive = true;
    [this.room, this.username] = [room, username];
    this.limits = limits;
    this.outbox.belong(user);
    this.roster.set(members, count);
    this.connection.welcomed();
    this.emitMembers();
    this.sending.welcome(username, limits);
    this.reading.welcome(welcome);
  }

  received(objects: unknown[]): void {
    const { attempt } = this.connection;
    for (const object of objects) {
      if (isServerMessage(object)) told(this, object);
      // Of a kind that we do not know: it is counted.
      else if (isRoomEvent(object) && this.connection.state === "live")
        this.reading.event(object);
      if (this.connection.attempt !== attempt) break;
    }
    this.advance();
  }

  changed(): void {
    const { state, reason } = this.connection;
    if (state !== "live") {
      this.asks.lost();
      this.sending.lost();
    }
    if (state === "refused" && reason !== null) {
      this.asks.refused(reason);
      this.outbox.refused(reason);
    }
    this.emit({ type: "state", state, reason });
    // Of a welcome the rest is still to be told.
    if (state !== "live") this.#tell();
  }

  /**
   * @param type that of the answer
   * @returns the answer. Rejects if it is refused, or there will be none
   */
  ask<Type extends Answer["type"]>(
    frame: Question,
    type: Type,
  ): Promise<Extract<Answer, { type: Type }>> {
    const { state, reason, isClosed } = this.connection;
    if (state === "refused" || isClosed) return Promise.reject(reason);
    return new Promise((resolve, reject) => {
      this.asks.add(frame, type, resolve, reject);
      this.advance();
    });
  }

  async rotate(given?: string): Promise<Rotated> {
    const { person, connection } = this;
    const token = person.nextSecret(given);
    // Then it is known whether there is a registered name to keep one for.
    if (person.registered === null) await this.ask({ type: "who" }, "members");
    await person.keepNext(token);
    try {
      const deed = await this.ask({ type: "rotate", token }, "rotated");
      await person.keepSecret(token);
      return { ...deed, token };
    } catch (error) {
      // Refused by the server, and not left unanswered.
      if (connection.state === "live") await person.keepSecret(this.token);
      throw error;
    }
  }

  typing(): void {
    const { connection, person } = this;
    const now = person.environment.uptime();
    if (connection.state !== "live" || now - this.#typedAt < TYPING_MS) return;
    this.#typedAt = now;
    connection.send({ type: "typing" });
  }

  takes({ room, to }: Entry): boolean {
    return to === undefined
      ? room === this.#options.room
      : this.person.carrier === this;
  }

  beat(): void {
    const { environment, mail } = this.person;
    const late = environment.uptime() - ANSWER_MS;
    if (this.outbox.isOverdue(late) || this.asks.isOverdue(late)) {
      this.connection.fail(ownError("no_answer"));
      return;
    }
    this.outbox.adoptLate();
    const frame = {
      type: "received",
      seq: this.reading.stream.place.seq,
      mail: mail.newest,
    };
    const said = JSON.stringify(frame);
    if (said !== this.#confirmed) this.connection.sendText(said);
    this.#confirmed = said;
  }

  adopted(): void {
    if (this.connection.state !== "live") return;
    // Only a replay shows what has arrived in the room.
    if (this.outbox.tried.length > 0) this.connection.start();
    else this.sending.unsettle();
  }

  copied(message: PrivateMessage): void {
    this.sending.copied(message);
  }

  /** A private message, by whatever room it came. */
  heard(message: ChatPrivate): void {
    this.timeline.addPrivates([message]);
    this.emit(message);
    // In a room that was left nothing else will be dealt with.
    if (this.isClosed) this.#tell();
  }

  get isClosed(): boolean {
    return this.connection.isClosed;
  }

  adopt(): Promise<void> {
    return this.outbox.adopt();
  }

  storageChanged(error: ChatError | null): void {
    if (error !== null) this.emit({ type: "error", error });
    this.#tell(true);
  }

  /** Told when what is going on has been dealt with. */
  emit(event: ChatEvent): void {
    this.#events.push(event);
  }

  emitMembers(): void {
    const { names: members, count } = this.roster;
    this.emit({ type: "members", members, count });
  }

  /** After anything: asks and sends what can be, and tells what has changed. */
  advance(): void {
    if (this.connection.state === "live") {
      this.reading.advance();
      if (this.roster.takeStale()) this.#askMembers();
      const ask = this.asks.next(this.person.environment.uptime());
      if (ask !== undefined) this.connection.send(ask);
      this.sending.pump();
    }
    this.#tell();
  }

  /** Resolves when what must outlive the chat is in the storage. */
  async close(): Promise<void> {
    this.#stopWaking();
    this.person.leave(this);
    if (this.connection.state === "live")
      this.connection.send({ type: "leave" });
    this.connection.stop();
    this.asks.refused(ownError("closed"));
    await Promise.all([this.outbox.close(), this.reading.close()]);
  }

  #askMembers(): void {
    this.asks.add({ type: "who" }, "members", ({ members, count }) => {
      this.roster.set(members, count);
      this.emitMembers();
    });
  }

  /** @param always also if there are no events: the snapshot has changed */
  #tell(always = false): void {
    if (this.outbox.takeChanged())
      this.emit({ type: "pending", pending: this.outbox.pending });
    const events = this.#events.splice(0);
    if (always || events.length > 0) this.#options.tell(events);
  }
}
