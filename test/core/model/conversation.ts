// A conversation between a few people in a few rooms over a bad network, step by step as a scene has it.
import type {
  MessageFrame,
  PrivateFrame,
} from "../../../src/protocol/client-frames.ts";
import { nameKey } from "../../../src/protocol/names.ts";
import { ISSUER } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { type Flight, World } from "../support/world.ts";
import { own, shutOut } from "./account-steps.ts";
import { AckClaims } from "./ack-claims.ts";
import {
  DEVICES,
  isVouchedFor,
  PEOPLE,
  pick,
  type RoomName,
  SPELLINGS,
  userOf,
  vouch,
} from "./actors.ts";
import { each } from "./blame.ts";
import { fillLobby } from "./crowd.ts";
import { Device, type Saying } from "./device.ts";
import { type Pointed, point } from "./directed-scenarios.ts";
import { befall } from "./faults.ts";
import { importLog } from "./importing.ts";
import { Ledger } from "./ledger.ts";
import { Tenancy } from "./name-oracle.ts";
import { Holdings } from "./name-record.ts";
import { Visit } from "./session-oracle.ts";
import type { Scene, Step } from "./steps.ts";

const LONG = "a long story ".repeat(6000);

export class Conversation {
  readonly world: World;
  readonly scene: Scene;
  readonly ledger = new Ledger();
  readonly holdings = new Holdings();
  readonly devices: readonly Device[] = PEOPLE.flatMap((person) =>
    DEVICES.map((name) => new Device(person, name)),
  );
  readonly sayings: Saying[] = [];
  readonly tenancy: Tenancy;
  readonly ackedIn: AckClaims;
  /** How many users listen in the lobby beside the cast. */
  readonly listeners: number;
  /** Every call that was made, as it could come again. */
  readonly calls: Flight[] = [];
  /** Connections that have sent what has no id, and may be refused. */
  readonly nameless = new Set<Peer>();
  #imports = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    // The crowd is one user.
    const crowded = scene.crowd > 0 && { USER_CONNECTIONS: 1000 };
    const app = { JWT_ISSUER: ISSUER, GUEST_PREFIX: "-" };
    const settings = { ...app, ...scene.settings, ...crowded };
    this.world = new World(settings, scene.seed);
    vouch(this.world);
    this.world.onCall = (call) => this.calls.push({ ...call });
    const guestMs = this.world.settings.GUEST_CLAIM_SECONDS * 1000;
    this.tenancy = new Tenancy(guestMs, this.holdings);
    this.ackedIn = new AckClaims(this.tenancy);
    this.listeners = Math.min(1, scene.crowd);
    if (scene.crowd > 0) fillLobby(this.world, scene.crowd);
  }

  run(step: Step): void {
    this.#do(step);
    this.look();
  }

  /** Clients read what they have got; who holds which name is noted. */
  look(): void {
    for (const visit of each(this.visits)) visit.read();
    this.ackedIn.note(this.visits, () =>
      this.tenancy.look(this.visits, this.world.now),
    );
  }

  get visits(): Visit[] {
    return this.devices.flatMap(({ visits }) => visits);
  }

  /** Comes in with what the device has; its older connection is cut. */
  join(
    device: Device,
    room: RoomName,
    username: string,
    history?: number,
  ): Visit {
    const key = nameKey(username);
    const holding = this.holdings.of(device.person, key);
    const { isRotated } = holding;
    const frame = device.join(username, key, room, isRotated, history);
    if (device.name !== null)
      for (const old of device.visits)
        if (old.room === room && old.isOpen && old.peer.answersClose)
          old.peer.vanish();
    const batch = device.name === "laptop";
    const peer = this.world.open(room, { batch });
    const visit = new Visit(peer, device, room, frame, holding, this.ledger);
    device.begin(visit);
    peer.send(frame);
    return visit;
  }

  speak(visit: Visit, frame: MessageFrame | PrivateFrame): void {
    const again = this.sayings.find(
      (one) =>
        one.person === visit.person &&
        frame.id !== undefined &&
        one.frame.id === frame.id,
    );
    if (again !== undefined) again.isRepeated = true;
    const saying: Saying = {
      person: visit.person,
      device: visit.device,
      room: visit.room,
      frame,
      fromKey: visit.key,
      at: this.world.now,
      visit,
      witnesses: this.visits.filter((other) => other.isIn),
      jumps: visit.reader.jumps,
      shutOutOf: this.#blockerOf(visit, frame),
      isRepeated: again !== undefined,
    };
    this.sayings.push(saying);
    visit.device.sayings.push(saying);
    visit.peer.send(frame);
  }

  /** Whoever has the name has blocked who says it, and knows it. */
  #blockerOf(
    { person }: Visit,
    frame: MessageFrame | PrivateFrame,
  ): string | null {
    if (frame.type !== "private") return null;
    const key = nameKey(frame.to);
    const last = this.tenancy.last(key);
    if (last === undefined) return null;
    const holding = this.holdings.of(last.person, key);
    const isBlocked = holding.blocks(userOf(person), last.epoch);
    return isBlocked ? `${key} ${last.epoch}` : null;
  }

  #do(step: Step): void {
    const { world } = this;
    switch (step.do) {
      case "join": {
        const { person, room, spelling, history } = step;
        if (isVouchedFor(person) && !this.scene.hasApp) return;
        const own = this.devices.filter((one) => one.person === person);
        const device = pick(own, step.device);
        const username = pick(SPELLINGS[person], spelling);
        if (device !== undefined && username !== undefined)
          this.join(device, room, username, history);
        return;
      }
      case "setBack":
        this.#setBack(step.ms);
        return;
      case "import":
        importLog(world, step.room, `import-${this.#imports++}`, step.events);
        return;
      default:
        if ("other" in step) point(this, step);
        else if ("visit" in step) this.#doAt(step);
        else befall(world, step);
    }
  }

  /** What was seen so far counts by the clock as it is now. */
  #setBack(ms: number): void {
    this.world.setBack(ms);
    this.tenancy.setBack(ms);
    for (const visit of this.visits) visit.setBack(ms);
    const peers = new Set(this.visits.map(({ peer }) => peer));
    for (const peer of peers) peer.setBack(ms);
  }

  #doAt(step: Exclude<Extract<Step, { visit: number }>, Pointed>): void {
    const open = this.visits.filter((one) => one.isOpen);
    const visit = pick(open, step.visit);
    if (step.do === "notice") {
      const gone = this.visits.filter(({ peer }) => peer.closed !== null);
      pick(gone, step.visit)?.peer.noticeClosed();
      return;
    }
    if (visit === undefined) return;
    const { peer, person, device, room } = visit;
    const number = this.sayings.length;
    switch (step.do) {
      case "rejoin": {
        const username = pick(SPELLINGS[person], step.spelling);
        if (visit.state !== "out" && visit.state !== "refused") return;
        if (username === undefined || this.#hasNameless(peer)) return;
        const key = nameKey(username);
        const holding = this.holdings.of(person, key);
        const frame = device.join(username, key, room, holding.isRotated);
        device.begin(
          new Visit(peer, device, room, frame, holding, this.ledger),
        );
        peer.send(frame);
        return;
      }
      case "say": {
        const text = `${number}${step.size === "long" ? ` ${LONG}` : ""}`;
        const id = step.withId ? { id: `id-${number}` } : {};
        this.speak(visit, { type: "message", text, ...id });
        return;
      }
      case "whisper": {
        const owner = userOf(step.toUser === "other" ? "mallory" : step.to);
        this.speak(visit, {
          type: "private",
          to: step.to,
          text: `${number}`,
          ...(step.withId && { id: `id-${number}` }),
          ...(step.toUser !== "anyone" && { toUser: owner }),
        });
        return;
      }
      case "repeat":
        this.#repeat(visit, step.saying, step.isChanged);
        return;
      case "talk":
        for (let said = 0; said < step.count && visit.isIn; said++)
          peer.send({ type: "message", text: `${number}.${said}` });
        return;
      case "page": {
        if (visit.state !== "in") return;
        const cursor = step.before ? { before: step.at } : { after: step.at };
        visit.page({ ...cursor, limit: step.limit });
        return;
      }
      case "received":
        visit.confirm();
        return;
      case "register":
      case "release":
      case "rotate":
        this.nameless.add(peer);
        own(visit, step.do);
        return;
      case "block":
      case "unblock":
        this.nameless.add(peer);
        shutOut(visit, step);
        return;
      case "who":
      case "typing":
      case "leave":
        peer.send({ type: step.do });
        return;
      case "ping":
        peer.pingedAt = this.world.now;
        return;
      case "drop":
        peer.close();
        return;
      case "vanish":
        peer.vanish();
        return;
      case "ignoreClose":
        peer.answersClose = false;
        return;
      default:
        step satisfies never;
    }
  }

  /** With the same id, whatever the text, by whatever connection of theirs. */
  #repeat(visit: Visit, number: number, isChanged: boolean): void {
    const own = this.sayings.filter(
      ({ person, room, frame, fromKey }) =>
        person === visit.person &&
        fromKey === visit.key &&
        frame.id !== undefined &&
        (room === visit.room || frame.type === "private"),
    );
    const again = pick(own, number);
    if (again === undefined) return;
    const { frame } = again;
    const text = isChanged ? `${frame.text}, again` : frame.text;
    this.speak(visit, { ...frame, text });
  }

  /** An error without an id could be of the join. */
  #hasNameless(peer: Peer): boolean {
    if (this.nameless.has(peer)) return true;
    return this.sayings.some(
      ({ visit, frame }) => visit.peer === peer && frame.id === undefined,
    );
  }
}
