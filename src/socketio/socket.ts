// Socket: one client in one namespace, with its identity, its rooms, and the events that it emits and hears.

import { shouldReconnect } from "../protocol/errors.ts";
import type {
  ErrorFrame,
  HistoryPage,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import type { RoomPort, RoomPortEvents, SocketState } from "./contract.ts";
import { type Cursor, encodeOffset, ROOMS_MAX } from "./cursor.ts";
import { RecentIds } from "./recent-ids.ts";
import { closeName, isPassing } from "./refusals.ts";
import {
  isMail,
  type MailFrame,
  type RoomFrame,
  type RoomFrames,
} from "./room-frames.ts";
import { type LinkOwner, type Reply, RoomLink } from "./room-link.ts";

/** The other half of a socket: its client and the host. */
export interface SocketOutput {
  /** Sends an event whose arguments are JSON already. */
  emit(args: string): void;
  openRoom(room: string, events: RoomPortEvents): RoomPort;
  /** Ends the connection. The client comes back and recovers. */
  drop(now: number): void;
  /** Every room of a recovery has answered, or has refused. */
  onRecovered(isWhole: boolean, now: number): void;
  /** A room does not accept the client's token. */
  onUnauthorized(error: ErrorFrame, now: number): boolean;
}

export interface SocketOptions {
  readonly frames: RoomFrames;
  readonly output: SocketOutput;
  /** Sent with every join. */
  readonly token: string;
  /** The code of an invitation, sent with every join; null: there is none. */
  readonly invite: string | null;
  /** The client itself has the token, so that its name may be fixed by it. */
  readonly hasToken: boolean;
  /** The same for one client over all its recoveries, and of nobody else. */
  readonly device: string;
  /** Begins the ids that are minted here. */
  readonly idPrefix: string;
}

/** A link belongs to a recovery until it has joined. */
interface Recovery {
  readonly waiting: Set<RoomLink>;
  isWhole: boolean;
}

export class Socket implements LinkOwner {
  readonly #options: SocketOptions;
  readonly #output: SocketOutput;
  readonly #frames: RoomFrames;
  readonly #links = new Map<string, RoomLink>();
  username = "";
  /** The name of the newest join, as the client spells it. */
  #asked = "";
  #user = "";
  #mail: number | null = null;
  #mailEpoch: number | null = null;
  #current: RoomLink | null = null;
  /** Ids of the client's own messages that it chose itself. */
  readonly #sent = new RecentIds();
  #recovery: Recovery | null = null;
  #count = 0;
  #now = 0;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#output = options.output;
    this.#frames = options.frames;
  }

  get links(): ReadonlyMap<string, RoomLink> {
    return this.#links;
  }

  /** The room that was joined last. */
  get current(): RoomLink | null {
    return this.#current;
  }

  get isBusy(): boolean {
    for (const link of this.#links.values()) if (link.isBusy) return true;
    return false;
  }

  get deadline(): number {
    let deadline = Infinity;
    for (const link of this.#links.values())
      deadline = Math.min(deadline, link.deadline);
    return deadline;
  }

  tick(now: number): void {
    for (const link of this.#links.values()) link.tick(now);
  }

  get state(): SocketState {
    const { rooms, ...cursor } = this.#cursor;
    return {
      // Links are no plain objects, which alone can go to another process.
      cursor: {
        ...cursor,
        rooms: rooms.map(({ room, epoch, seq }) => ({ room, epoch, seq })),
      },
      current: this.#current?.room ?? null,
      sent: this.#sent.all,
    };
  }

  /** Joins the rooms of a cursor again. */
  recover(cursor: Cursor, current: string | null, now: number): void {
    this.username = cursor.username;
    this.#mail = cursor.mail;
    this.#mailEpoch = cursor.mailEpoch;
    const recovery: Recovery = { waiting: new Set(), isWhole: true };
    this.#recovery = recovery;
    for (const { room, ...since } of cursor.rooms) {
      const link = this.#open(room, since, null);
      recovery.waiting.add(link);
      if (room === current || current === null) this.#current = link;
      this.#join(link, cursor.username, null, true);
    }
    this.#checkRecovery(now);
  }

  restoreSent(sent: readonly string[]): void {
    for (const id of sent) this.#sent.add(id);
  }

  /** Tells whether a join under this name is one of the same user. */
  isOwnName(name: string): boolean {
    const { hasToken } = this.#options;
    return hasToken || name === this.username || name === this.#asked;
  }

  /** Joins a room. It is not joined yet, and there is a place for it. */
  join(room: string, username: string, history: number | null, reply: Reply) {
    const isOwn = this.isOwnName(username);
    this.#asked = username;
    this.#current = this.#open(room, null, reply);
    this.#join(this.#current, username, history, isOwn);
  }

  leave(link: RoomLink): void {
    // At once, without the pause after a lost connection.
    link.send({ type: "leave" });
    this.#remove(link);
    link.close();
  }

  closeAll(): void {
    for (const link of [...this.#links.values()]) {
      this.#remove(link);
      link.close();
    }
  }

  /** Makes an id for a message, or takes the client's own. */
  idFor(given: string | null): string {
    if (given === null) return `${this.#options.idPrefix}${this.#count++}`;
    this.#sent.add(given);
    return given;
  }

  /** Tells the client again that it is in a room. */
  announce(link: RoomLink): object {
    const { room, welcome } = link;
    const about = {
      room: welcome?.room ?? room,
      username: this.username,
      user: this.#user,
      members: welcome?.members ?? [],
      count: welcome?.count ?? 0,
      seq: link.seq,
    };
    this.emit(["joined", about]);
    return about;
  }

  emit(args: readonly unknown[]): void {
    this.#emitJson(JSON.stringify(args).slice(0, -1));
  }

  onWelcome(
    link: RoomLink,
    welcome: WelcomeFrame,
    batch: readonly RoomFrame[],
  ): void {
    const isRenamed =
      this.username !== "" && this.username !== welcome.username;
    if (isRenamed)
      for (const other of [...this.#links.values()])
        if (other !== link) this.leave(other);
    this.username = welcome.username;
    this.#user = welcome.user;
    // Each name has mail of its own, and two may have the same epoch.
    if (isRenamed || this.#mailEpoch !== welcome.mailEpoch) {
      // Mail follows in the same batch. The client has what is older.
      const first = batch.find(({ frame }) => isMail(frame))?.frame;
      this.#mail = isMail(first) ? first.mail - 1 : welcome.mail;
      this.#mailEpoch = welcome.mailEpoch;
    }
    const recovery = this.#recovery;
    if (recovery?.waiting.delete(link)) {
      if (!welcome.resumed) {
        recovery.isWhole = false;
        this.announce(link);
      }
      this.#checkRecovery(this.#now);
      return;
    }
    const about = this.announce(link);
    link.onJoined?.({ ...about });
  }

  onPage({ room }: RoomLink, page: HistoryPage): void {
    const messages = page.messages.map((event) =>
      this.#frames.pageEntry(event),
    );
    this.emit([
      this.#frames.names.history,
      { room, messages, more: page.more },
    ]);
  }

  onEvent(_: RoomLink, { frame, args }: RoomFrame): void {
    if (args === null || this.#isOwn("id" in frame ? frame.id : undefined))
      return;
    this.#emitJson(args);
  }

  onMail({ room }: RoomLink, frame: MailFrame): void {
    // Each room sends mail in the order of its numbers, so another room has
    // sent what is not above the newest.
    if (frame.mail <= (this.#mail ?? 0)) return;
    this.#mail = frame.mail;
    // A copy of a message that was sent here.
    const id = frame.type === "private" ? frame.clientId : undefined;
    if (frame.user === this.#user && this.#isOwn(id)) return;
    this.#emitJson(this.#frames.ofMail(frame, room));
  }

  onGap({ room }: RoomLink): void {
    this.emit(["gap", { room }]);
  }

  onRefused(link: RoomLink, error: ErrorFrame): void {
    const { code, message, retryAfter } = error;
    const recovery = this.#recovery;
    if (recovery?.waiting.delete(link)) {
      this.#remove(link);
      link.close();
      if (isPassing(code)) this.#output.drop(this.#now);
      else if (
        code !== "unauthorized" ||
        !this.#output.onUnauthorized(error, this.#now)
      ) {
        recovery.isWhole = false;
        this.#emitLeft(link, code, message);
        this.#checkRecovery(this.#now);
      }
      return;
    }
    this.#remove(link);
    link.onJoined?.({
      type: "error",
      code,
      message,
      ...(retryAfter !== undefined && { retryAfter }),
    });
    link.close();
  }

  onError(_: RoomLink, { code, message }: ErrorFrame): void {
    this.emitError(message, code);
  }

  onBroken(_: RoomLink, now: number): void {
    this.#output.drop(now);
  }

  /** Tells the client of an error for which it gave no acknowledgement. */
  emitError(message: string, code?: string): void {
    const more = code === undefined ? [] : [{ code }];
    const error = { error: true, msg: message };
    this.emit([this.#frames.names.message, error, ...more]);
  }

  #open(
    room: string,
    since: { epoch: string; seq: number } | null,
    onJoined: Reply | null,
  ): RoomLink {
    const port = this.#output.openRoom(room, {
      frame: (text, now) => {
        this.#now = now;
        link.take(text, now);
      },
      closed: (code, now) => this.#closed(link, code, now),
    });
    const { frames } = this.#options;
    const link: RoomLink = new RoomLink({
      room,
      frames,
      owner: this,
      since,
      onJoined,
      port,
    });
    this.#links.set(room, link);
    return link;
  }

  /** @param hasMail the mail that was had is of this name */
  #join(
    link: RoomLink,
    username: string,
    history: number | null,
    hasMail: boolean,
  ): void {
    const { token, device, invite } = this.#options;
    const { epoch, seq } = link;
    link.hasNoPage = history === 0;
    link.send({
      type: "join",
      username,
      token,
      device,
      ...(epoch !== "" && { since: seq, epoch }),
      ...(hasMail && this.#mail !== null && { mailSince: this.#mail }),
      ...(hasMail &&
        this.#mailEpoch !== null && { mailEpoch: this.#mailEpoch }),
      ...(history !== null && { history }),
      ...(invite !== null && { invite }),
    });
  }

  #closed(link: RoomLink, code: number, now: number): void {
    if (link.state === "closed") return;
    const wasJoining = link.state === "joining";
    this.#remove(link);
    link.closed();
    // The room has failed for a time: the client comes back.
    if (shouldReconnect(code) || wasJoining) {
      this.#output.drop(now);
      return;
    }
    this.#emitLeft(link, closeName(code), "The room has closed it.");
  }

  #emitLeft({ room }: RoomLink, code: string, message: string): void {
    this.emit(["left", { room, code, message }]);
  }

  #remove(link: RoomLink): void {
    if (this.#links.get(link.room) === link) this.#links.delete(link.room);
    if (this.#current === link)
      this.#current = [...this.#links.values()].at(-1) ?? null;
  }

  #checkRecovery(now: number): void {
    const recovery = this.#recovery;
    if (recovery === null || recovery.waiting.size > 0) return;
    this.#recovery = null;
    this.#output.onRecovered(recovery.isWhole, now);
  }

  #isOwn(id: string | undefined): boolean {
    if (id === undefined) return false;
    return id.startsWith(`${this.#options.device}.`) || this.#sent.has(id);
  }

  /** Every event ends with the offset of all that came up to it. */
  #emitJson(args: string): void {
    const isKnown = this.#mailEpoch !== null;
    this.#output.emit(
      isKnown ? `${args},"${encodeOffset(this.#cursor)}"]` : `${args}]`,
    );
  }

  get #cursor(): Cursor {
    const rooms = [...this.#links.values()]
      .filter(({ epoch }) => epoch !== "")
      .slice(0, ROOMS_MAX);
    return {
      username: this.username,
      mail: this.#mail,
      mailEpoch: this.#mailEpoch,
      rooms,
    };
  }
}
