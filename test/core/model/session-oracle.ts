// Session oracle: a session follows one join of a user to a room, and checks each received frame by the protocol.
import assert from "node:assert/strict";

import { nameKey } from "../../../src/protocol/name-key.ts";
import type {
  CommandAck,
  CommandReply,
  ErrorFrame,
  HistoryPage,
  PresenceFrame,
  PrivateAck,
  PrivateMessage,
  RoomAck,
  ServerFrame,
  WelcomeFrame,
} from "../../../src/protocol/server-frames.ts";
import type { Peer } from "../support/peer.ts";
import { type Person, type RoomName, userOf } from "./actors.ts";
import type { Device, NamedJoin } from "./device.ts";
import type { Ledger } from "./ledger.ts";
import { expectData } from "./message-data.ts";
import type { NameRecord } from "./name-record.ts";
import { Reader } from "./reader.ts";

/** The id of each reaction begins with it. */
export const REACTION_ID = "react-";

/** Why a page was requested: to fill a gap, or to show it. */
type PageRequest = "fill" | "show";

export class Session {
  readonly peer: Peer;
  readonly device: Device;
  readonly room: RoomName;
  readonly join: NamedJoin;
  readonly reader: Reader;
  /** The user's record of the session's name. */
  readonly record: NameRecord;
  state: "joining" | "joined" | "refused" | "left" = "joining";
  welcome: WelcomeFrame | null = null;
  refusal: ErrorFrame | null = null;
  /** Numbers of events and acks in the order of arrival, since the welcome. */
  readonly stream: number[] = [];
  readonly privates: PrivateMessage[] = [];
  readonly roomAcks: (RoomAck & { epoch: string })[] = [];
  readonly privateAcks: PrivateAck[] = [];
  readonly commandAcks: (CommandAck & { epoch: string })[] = [];
  /** Replies of the app and acks of commands, in the order of arrival. */
  readonly commandFrames: (CommandReply | CommandAck)[] = [];
  readonly reactionAcks: (RoomAck & { epoch: string })[] = [];
  readonly errors: ErrorFrame[] = [];
  /** Left frames of other users. */
  readonly leaves: PresenceFrame[] = [];
  /** When the user left by command, ms since 1970. */
  leftAt: number | null = null;
  /** The client has confirmed mail up to this number; null: it confirms none. */
  confirmed: number | null = null;
  /** Ids of private messages that arrived before the first confirmation. */
  readonly sentUnconfirmed = new Set<string>();
  /** The user has sent a block command. */
  hasBlocked = false;
  /** The room's log was replaced during the session. */
  wasReset = false;
  #read: number;
  readonly #pageRequests: PageRequest[] = [];
  readonly #ledger: Ledger;
  /** The state of the name that the welcome must tell. */
  readonly #expected: NameRecord["expected"];

  constructor(
    peer: Peer,
    device: Device,
    room: RoomName,
    join: NamedJoin,
    record: NameRecord,
    ledger: Ledger,
  ) {
    this.peer = peer;
    this.device = device;
    this.room = room;
    this.join = join;
    this.reader = device.reader(room);
    this.reader.begin();
    this.record = record;
    this.#expected = record.expected;
    this.#ledger = ledger;
    this.#read = peer.inbox.length;
  }

  get person(): Person {
    return this.device.person;
  }

  /** The connection is open as far as the client knows, and this is its session. */
  get isOpen(): boolean {
    return (
      this.peer.closed === null && this.device.sessionOf(this.peer) === this
    );
  }

  get isJoined(): boolean {
    return this.isOpen && this.state === "joined";
  }

  /** The key of the name, which is the name of its directory. */
  get key(): string {
    return nameKey(this.join.username);
  }

  /** Private messages that were sent to the session, even if they did not arrive. */
  get privatesSent(): PrivateMessage[] {
    const isLast = this.device.sessionOf(this.peer) === this;
    const unseen = isLast ? this.peer.unseen : [];
    return [
      ...this.privates,
      ...unseen.filter((frame) => frame.type === "private"),
    ];
  }

  /** @returns the number of a message, so many before the newest that is known */
  newest(back: number): number | null {
    const { epoch } = this.reader;
    if (this.state !== "joined" || epoch === null) return null;
    const messages = this.#ledger
      .of(this.room, epoch)
      .filter(({ type }) => type === "message")
      .map(({ seq }) => seq)
      .sort((a, b) => b - a);
    return messages[back % Math.max(1, messages.length)] ?? null;
  }

  setClockBack(ms: number): void {
    for (const notice of this.leaves) notice.at -= ms;
    if (this.leftAt !== null) this.leftAt -= ms;
  }

  /** Confirms all mail that has arrived. */
  confirmMail(): void {
    const newest = this.privates.at(-1)?.mail ?? this.welcome?.mail;
    if (this.state !== "joined" || newest === undefined) return;
    this.confirmed = Math.max(newest, this.confirmed ?? 0);
    this.peer.send({ type: "received", mail: newest });
  }

  /** Requests a page, to show it. */
  requestPage(query: {
    before?: number;
    after?: number;
    limit?: number;
  }): void {
    this.#pageRequests.push("show");
    this.peer.send({ type: "history", ...query });
  }

  /** Reads the inbox; pages that it requests meanwhile are read as well. */
  read(): void {
    if (this.device.sessionOf(this.peer) !== this) return;
    while (this.#read < this.peer.inbox.length) {
      const frame = this.peer.inbox[this.#read++];
      if (frame !== undefined) this.#receive(frame);
    }
  }

  #receive(frame: ServerFrame): void {
    this.#handle(frame);
    this.record.receive(frame, this.welcome?.mailEpoch ?? 0);
  }

  #handle(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#onWelcome(frame);
        break;
      case "history":
        this.#onHistory(frame);
        break;
      case "message":
      case "reacted":
        this.#ledger.addEvent(this.room, this.#epoch, frame);
        this.stream.push(frame.seq);
        this.#fill(this.reader.event(frame.seq));
        break;
      case "private":
        expectData(frame);
        this.privates.push(frame);
        if (this.confirmed === null) this.sentUnconfirmed.add(frame.id);
        this.device.onPrivate(this.key, frame);
        break;
      case "ack":
        if ("private" in frame) this.privateAcks.push(frame);
        else if ("command" in frame) this.#onCommandAck(frame);
        else if (!("of" in frame || "report" in frame)) this.#onAck(frame);
        break;
      case "reply":
        this.commandFrames.push(frame);
        break;
      case "reset":
        this.wasReset = true;
        this.#pageRequests.length = 0;
        this.reader.reset(frame.epoch, frame.seq);
        break;
      case "left":
        // The same user may be here under another name.
        if (
          frame.user === this.welcome?.user &&
          frame.username === this.welcome.username
        ) {
          this.state = "left";
          this.leftAt = frame.at;
        } else this.leaves.push({ ...frame });
        break;
      case "error":
        this.#onError(frame);
        break;
      default:
    }
  }

  #onWelcome(welcome: WelcomeFrame): void {
    assert.equal(this.state, "joining", "one welcome to a join");
    this.state = "joined";
    this.welcome = welcome;
    const { user, mailEpoch, registered, blocked = [] } = welcome;
    assert.equal(user, userOf(this.person), "7: they are who they were");
    assert.equal(nameKey(welcome.username), this.key, "7: under their name");
    const expected = this.#expected(mailEpoch);
    if (expected.isRegistered)
      assert.ok(registered !== undefined, "7: a registered name stays so");
    for (const one of expected.blocked)
      assert.ok(
        blocked.some((other) => other.user === one),
        "5: whom they block stays blocked",
      );
    if (!welcome.resumed && this.join.history !== 0)
      this.#pageRequests.unshift("show");
    this.device.onWelcome(this.key, welcome);
    this.#fill(this.reader.welcome(welcome));
  }

  #onHistory(requestPage: HistoryPage): void {
    assert.ok(requestPage.fold === undefined, "no page was to be folded");
    const seqs = requestPage.messages.map(({ seq }) => seq);
    const [first = 0] = seqs;
    assert.deepEqual(
      seqs,
      seqs.map((_, i) => first + i),
      "a page is without a hole",
    );
    for (const event of requestPage.messages)
      if (event.type === "message")
        this.#ledger.addEvent(this.room, requestPage.epoch ?? "", event);
    const request = this.#pageRequests.shift();
    if (request === "fill") this.#fill(this.reader.history(requestPage));
  }

  #onAck(ack: RoomAck): void {
    const { seq, at, id } = ack;
    const [epoch, user] = [this.#epoch, userOf(this.person)];
    if (id?.startsWith(REACTION_ID)) {
      this.reactionAcks.push({ ...ack, epoch });
      const isSeen = seq <= this.reader.cursor || this.reader.hasAside(seq);
      assert.ok(isSeen || this.wasReset, "2: an ack comes after its event");
      return;
    }
    this.roomAcks.push({ ...ack, epoch });
    this.#ledger.addAck({ room: this.room, epoch, seq, at, user, id });
    const newest = Math.max(this.welcome?.seq ?? 0, ...this.stream.slice(-1));
    if (ack.duplicate === undefined) this.stream.push(seq);
    else if (!this.wasReset)
      assert.ok(seq <= newest, "2: a repetition is not acked before the first");
    this.#fill(this.reader.event(seq));
  }

  #onCommandAck(ack: CommandAck): void {
    const { seq, duplicate } = ack;
    this.commandFrames.push(ack);
    this.commandAcks.push({ ...ack, epoch: this.#epoch });
    if (seq === undefined || duplicate || this.wasReset) return;
    const newest = Math.max(this.welcome?.seq ?? 0, ...this.stream.slice(-1));
    assert.ok(seq <= newest, "the asker has all that was said before the ack");
  }

  #onError(error: ErrorFrame): void {
    // `rate_limited` answers frames above the join buffer; joins have no limit here.
    const isOfJoin = error.id === undefined && error.code !== "rate_limited";
    if (isOfJoin && this.state === "joining") {
      this.state = "refused";
      this.refusal = error;
    } else this.errors.push(error);
  }

  /** The epoch that the client knows, to which numbers belong. */
  get #epoch(): string {
    const { epoch } = this.reader;
    assert.ok(epoch !== null, "no event before the welcome");
    return epoch;
  }

  #fill(after: number | null): void {
    if (after === null) return;
    this.#pageRequests.push("fill");
    this.peer.send({ type: "history", after, limit: Reader.pageSize });
  }
}
