// A conversation between a few people in a few rooms over a bad network, step by step as a scene has it.
import type { PrivateSay, Say } from "../../../src/protocol/messages.ts";
import { nameKey } from "../../../src/protocol/names.ts";
import type { ObjectHost } from "../object-host.ts";
import type { Peer } from "../peer.ts";
import { userOf } from "../people.ts";
import { type Flight, World } from "../world.ts";
import {
  DEVICES,
  type Name,
  PEOPLE,
  pick,
  ROOMS,
  type RoomName,
  SPELLINGS,
} from "./cast.ts";
import { fillLobby } from "./crowd.ts";
import { Device, type Saying } from "./device.ts";
import { importLog } from "./importing.ts";
import { Ledger } from "./ledger.ts";
import type { Scene, Step } from "./steps.ts";
import { Tenancy } from "./tenancy.ts";
import { Visit } from "./visit.ts";

const LONG = "a long story ".repeat(6000);

export class Conversation {
  readonly world: World;
  readonly scene: Scene;
  readonly ledger = new Ledger();
  readonly devices: readonly Device[] = PEOPLE.flatMap((person) =>
    DEVICES.map((name) => new Device(person, name)),
  );
  readonly sayings: Saying[] = [];
  readonly tenancy: Tenancy;
  /** How many users listen in the lobby beside the cast. */
  readonly listeners: number;
  /** Every call that was made, as it could come again. */
  readonly calls: Flight[] = [];
  #imports = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    // The crowd is one user.
    const crowded = scene.crowd > 0 && { USER_CONNECTIONS: 1000 };
    this.world = new World({ ...scene.settings, ...crowded }, scene.seed);
    this.world.onCall = (call) => this.calls.push({ ...call });
    this.tenancy = new Tenancy(this.world.settings.GUEST_CLAIM_SECONDS * 1000);
    this.listeners = Math.min(1, scene.crowd);
    if (scene.crowd > 0) fillLobby(this.world, scene.crowd);
  }

  run(step: Step): void {
    this.#do(step);
    this.look();
  }

  /** Clients read what they have got; who holds which name is noted. */
  look(): void {
    for (const visit of this.visits) visit.read();
    this.tenancy.look(this.visits, this.world.now);
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
    const frame = device.join(username, nameKey(username), room, history);
    if (device.name !== null)
      for (const old of device.visits)
        if (old.room === room && old.isOpen && old.peer.answersClose)
          old.peer.vanish();
    const batch = device.name === "laptop";
    const peer = this.world.open(room, { batch });
    const visit = new Visit(peer, device, room, frame, this.ledger);
    device.begin(visit);
    peer.send(frame);
    return visit;
  }

  speak(visit: Visit, frame: Say | PrivateSay): void {
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
      isRepeated: again !== undefined,
    };
    this.sayings.push(saying);
    visit.device.sayings.push(saying);
    visit.peer.send(frame);
  }

  #do(step: Step): void {
    const { world } = this;
    switch (step.do) {
      case "join": {
        const { person, room, spelling, history } = step;
        const own = this.devices.filter((one) => one.person === person);
        const device = pick(own, step.device);
        const username = pick(SPELLINGS[person], spelling);
        if (device !== undefined && username !== undefined)
          this.join(device, room, username, history);
        return;
      }
      case "deliver":
      case "lose":
      case "timeOut":
      case "repeatCall": {
        const flight = pick(world.flights, step.flight);
        if (flight === undefined) return;
        world[step.do === "repeatCall" ? "repeat" : step.do](flight);
        return;
      }
      case "settle":
        world.settle();
        return;
      case "pass":
        world.pass(step.ms);
        return;
      case "lag":
        world.alarmLag = step.ms;
        return;
      case "sleep":
        world.doze(this.#host(step.where));
        return;
      case "kill":
        world.kill(this.#host(step.where));
        return;
      case "ring":
        this.#host(step.where).run({ kind: "due" });
        return;
      case "uncommitted":
        this.#host(step.where).blow = { kind: "uncommitted" };
        return;
      case "dieAfter":
        this.#host(step.where).blow = { after: step.effects };
        return;
      case "overload":
        this.#host(step.where).overloadedUntil = world.now + step.ms;
        return;
      case "import":
        importLog(world, step.room, `import-${this.#imports++}`, step.events);
        return;
      default:
        this.#doAt(step);
    }
  }

  #doAt(step: Extract<Step, { visit: number }>): void {
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
        const frame = device.join(username, nameKey(username), room);
        device.begin(new Visit(peer, device, room, frame, this.ledger));
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
      case "received": {
        const newest = visit.privates.at(-1)?.mail ?? visit.welcome?.mail;
        if (newest !== undefined) peer.send({ type: "received", mail: newest });
        return;
      }
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
    return this.sayings.some(
      ({ visit, frame }) => visit.peer === peer && frame.id === undefined,
    );
  }

  #host(where: RoomName | Name): ObjectHost {
    const isRoom = (ROOMS as readonly string[]).includes(where);
    return isRoom ? this.world.room(where) : this.world.directory(where);
  }
}
