// One stay of somebody in a room, from the join on: what came, read as a client must read it.
import assert from "node:assert/strict";

import { nameKey } from "../../../src/protocol/names.ts";
import type {
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
import type { Holding } from "./name-record.ts";
import { Reader } from "./reader.ts";

/** Why a page was asked for: to fill a hole, or for showing. */
type Ask = "fill" | "show";

export class Visit {
  readonly peer: Peer;
  readonly device: Device;
  readonly room: RoomName;
  readonly join: NamedJoin;
  readonly reader: Reader;
  /** What they know of the name it is under. */
  readonly holding: Holding;
  state: "waits" | "in" | "refused" | "out" = "waits";
  welcome: WelcomeFrame | null = null;
  refusal: ErrorFrame | null = null;
  /** Numbers of events and acks in the order they came, since the welcome. */
  readonly stream: number[] = [];
  readonly privates: PrivateMessage[] = [];
  readonly roomAcks: (RoomAck & { epoch: string })[] = [];
  readonly privateAcks: PrivateAck[] = [];
  readonly errors: ErrorFrame[] = [];
  /** Others who went, as it was told. */
  readonly lefts: PresenceFrame[] = [];
  /** When it left by itself, ms since 1970. */
  leftAt: number | null = null;
  /** It says itself what mail has arrived: all up to this number. */
  confirmed: number | null = null;
  /** Ids of private messages that it was sent before it ever said so. */
  readonly unasked = new Set<string>();
  /** It has asked to block somebody. */
  hasBlocked = false;
  /** The log under it was replaced. */
  wasReset = false;
  #read: number;
  readonly #asks: Ask[] = [];
  readonly #ledger: Ledger;
  /** What it is to find as it comes in. */
  readonly #promised: Holding["promised"];

  constructor(
    peer: Peer,
    device: Device,
    room: RoomName,
    join: NamedJoin,
    holding: Holding,
    ledger: Ledger,
  ) {
    this.peer = peer;
    this.device = device;
    this.room = room;
    this.join = join;
    this.reader = device.reader(room);
    this.reader.begin();
    this.holding = holding;
    this.#promised = holding.promised;
    this.#ledger = ledger;
    this.#read = peer.inbox.length;
  }

  get person(): Person {
    return this.device.person;
  }

  /** The client knows of nothing that speaks against it. */
  get isOpen(): boolean {
    return this.peer.closed === null && this.device.visitOf(this.peer) === this;
  }

  get isIn(): boolean {
    return this.isOpen && this.state === "in";
  }

  /** Whose directory it has come by. */
  get key(): string {
    return nameKey(this.join.username);
  }

  /** Private messages that it was sent, whether or not it saw them. */
  get sent(): PrivateMessage[] {
    const isLast = this.device.visitOf(this.peer) === this;
    const unseen = isLast ? this.peer.unseen : [];
    return [
      ...this.privates,
      ...unseen.filter((frame) => frame.type === "private"),
    ];
  }

  setBack(ms: number): void {
    for (const notice of this.lefts) notice.at -= ms;
    if (this.leftAt !== null) this.leftAt -= ms;
  }

  /** Says what mail has arrived. */
  confirm(): void {
    const newest = this.privates.at(-1)?.mail ?? this.welcome?.mail;
    if (this.state !== "in" || newest === undefined) return;
    this.confirmed = Math.max(newest, this.confirmed ?? 0);
    this.peer.send({ type: "received", mail: newest });
  }

  /** Asks for a page, for showing. */
  page(query: { before?: number; after?: number; limit?: number }): void {
    this.#asks.push("show");
    this.peer.send({ type: "history", ...query });
  }

  /** Reads what has come; may ask for more, which is read as well. */
  read(): void {
    if (this.device.visitOf(this.peer) !== this) return;
    while (this.#read < this.peer.inbox.length) {
      const frame = this.peer.inbox[this.#read++];
      if (frame !== undefined) this.#on(frame);
    }
  }

  #on(frame: ServerFrame): void {
    this.#hear(frame);
    this.holding.hears(frame, this.welcome?.mailEpoch ?? 0);
  }

  #hear(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#welcomed(frame);
        break;
      case "history":
        this.#paged(frame);
        break;
      case "message":
        this.#ledger.see(this.room, this.#epoch, frame);
        this.stream.push(frame.seq);
        this.#fill(this.reader.event(frame.seq));
        break;
      case "private":
        this.privates.push(frame);
        if (this.confirmed === null) this.unasked.add(frame.id);
        this.device.mail(this.key, frame);
        break;
      case "ack":
        if ("private" in frame) this.privateAcks.push(frame);
        else this.#acked(frame);
        break;
      case "reset":
        this.wasReset = true;
        this.#asks.length = 0;
        this.reader.reset(frame.epoch, frame.seq);
        break;
      case "left":
        // They may be here under another name too.
        if (
          frame.user === this.welcome?.user &&
          frame.username === this.welcome.username
        ) {
          this.state = "out";
          this.leftAt = frame.at;
        } else this.lefts.push({ ...frame });
        break;
      case "error":
        this.#failed(frame);
        break;
      default:
    }
  }

  #welcomed(welcome: WelcomeFrame): void {
    assert.equal(this.state, "waits", "one welcome to a join");
    this.state = "in";
    this.welcome = welcome;
    const { user, mailEpoch, registered, blocked = [] } = welcome;
    assert.equal(user, userOf(this.person), "7: they are who they were");
    const promised = this.#promised(mailEpoch);
    if (promised.isKept)
      assert.ok(registered !== undefined, "7: a registered name stays so");
    for (const one of promised.blocked)
      assert.ok(
        blocked.some((other) => other.user === one),
        "5: whom they block stays blocked",
      );
    if (!welcome.resumed && this.join.history !== 0) this.#asks.unshift("show");
    this.device.welcomed(this.key, welcome);
    this.#fill(this.reader.welcome(welcome));
  }

  #paged(page: HistoryPage): void {
    const seqs = page.messages.map(({ seq }) => seq);
    const [first = 0] = seqs;
    assert.deepEqual(
      seqs,
      seqs.map((_, i) => first + i),
      "a page is without a hole",
    );
    for (const event of page.messages)
      this.#ledger.see(this.room, page.epoch ?? "", event);
    const ask = this.#asks.shift();
    if (ask === "fill") this.#fill(this.reader.history(page));
  }

  #acked(ack: RoomAck): void {
    const { seq, at, id } = ack;
    const [epoch, user] = [this.#epoch, userOf(this.person)];
    this.roomAcks.push({ ...ack, epoch });
    this.#ledger.ack({ room: this.room, epoch, seq, at, user, id });
    const newest = Math.max(this.welcome?.seq ?? 0, ...this.stream.slice(-1));
    if (ack.duplicate === undefined) this.stream.push(seq);
    else if (!this.wasReset)
      assert.ok(seq <= newest, "2: a repetition is not acked before the first");
    this.#fill(this.reader.event(seq));
  }

  #failed(error: ErrorFrame): void {
    // Too fast is what does not wait for the join; joins are not limited here.
    const isOfJoin = error.id === undefined && error.code !== "rate_limited";
    if (isOfJoin && this.state === "waits") {
      this.state = "refused";
      this.refusal = error;
    } else this.errors.push(error);
  }

  /** Numbers count within the epoch that the client knows. */
  get #epoch(): string {
    const { epoch } = this.reader;
    assert.ok(epoch !== null, "no event before the welcome");
    return epoch;
  }

  #fill(after: number | null): void {
    if (after === null) return;
    this.#asks.push("fill");
    this.peer.send({ type: "history", after, limit: Reader.page });
  }
}
