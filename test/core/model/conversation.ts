// Conversation: the model plays a scene step by step, with a few users in a few rooms over a bad network.
import type {
  MessageFrame,
  PrivateFrame,
} from "../../../src/protocol/client-frames.ts";
import { nameKey } from "../../../src/protocol/name-key.ts";
import { ISSUER } from "../support/app.ts";
import { AppStub } from "../support/app-stub.ts";
import type { Peer } from "../support/peer.ts";
import { type PendingCall, World } from "../support/world.ts";
import { sendAccountCommand, sendBlockCommand } from "./account-steps.ts";
import { AckClaims } from "./ack-claims.ts";
import {
  addAppTokens,
  claimsOf,
  DEVICES,
  isAppUser,
  PEOPLE,
  pick,
  type RoomName,
  SPELLINGS,
  userOf,
} from "./actors.ts";
import { AppOracle } from "./app-oracle.ts";
import { each } from "./blame.ts";
import { CommandOracle } from "./command-oracle.ts";
import { connectDenied, withoutToken } from "./connect-requests.ts";
import { fillLobby } from "./crowd.ts";
import { Device, type SentMessage } from "./device.ts";
import { type DirectedStep, runDirectedStep } from "./directed-scenarios.ts";
import { EventsOracle } from "./events-oracle.ts";
import { injectFault } from "./faults.ts";
import { importLog } from "./importing.ts";
import { Ledger } from "./ledger.ts";
import { withData } from "./message-data.ts";
import { NameOracle } from "./name-oracle.ts";
import { NameRecords } from "./name-record.ts";
import type { SentReaction } from "./reaction-promises.ts";
import { runReactionStep } from "./reaction-steps.ts";
import { Session } from "./session-oracle.ts";
import type { Scene, Step } from "./steps.ts";

const LONG = "a long story ".repeat(6000);

export class Conversation {
  readonly world: World;
  readonly scene: Scene;
  /** The app with hooks; null: the scene has none. */
  readonly app: AppOracle | null;
  /** The app hears of stored events; null: it does not. */
  readonly events: EventsOracle | null;
  readonly ledger = new Ledger();
  readonly nameRecords = new NameRecords();
  readonly devices: readonly Device[] = PEOPLE.flatMap((person) =>
    DEVICES.map((name) => new Device(person, name)),
  );
  readonly sentMessages: SentMessage[] = [];
  readonly commands = new CommandOracle();
  readonly sentReactions: SentReaction[] = [];
  readonly nameOracle: NameOracle;
  readonly ackClaims: AckClaims;
  /** How many users listen in the lobby besides the actors: 0 or 1. */
  readonly listeners: number;
  /** All calls that were made, to be repeated at the end. */
  readonly calls: PendingCall[] = [];
  /** Peers that have sent frames without an id, which may be refused. */
  readonly peersWithoutIds = new Set<Peer>();
  #imports = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    // The crowd is one user with many connections.
    const crowded = scene.crowd > 0 && { USER_CONNECTIONS: 1000 };
    const app = { JWT_ISSUER: ISSUER, GUEST_PREFIX: "-" };
    const settings = { ...app, ...scene.settings, ...crowded };
    this.world = new World(settings, scene.seed);
    const events = scene.hearsEvents
      ? new EventsOracle(this.world, scene.seed)
      : null;
    this.events = events;
    this.app = scene.hasHooks
      ? new AppOracle(this.world, scene.seed, events)
      : null;
    if (events !== null && !scene.hasHooks)
      events.attach(
        new AppStub(this.world, [], (batch) => events.answer(batch)),
      );
    addAppTokens(this.world);
    this.world.onCall = (call) => this.calls.push({ ...call });
    const guestMs = this.world.settings.GUEST_CLAIM_SECONDS * 1000;
    this.nameOracle = new NameOracle(guestMs, this.nameRecords);
    this.ackClaims = new AckClaims(this.nameOracle);
    this.listeners = Math.min(1, scene.crowd);
    if (scene.crowd > 0) this.#calmly(() => fillLobby(this.world, scene.crowd));
  }

  run(step: Step): void {
    this.#perform(step);
    this.app?.expire();
    this.events?.expire();
    this.observe();
  }

  /** Lets all clients read their inboxes, and checks who holds which name. */
  observe(): void {
    for (const session of each(this.sessions)) session.read();
    this.ackClaims.note(this.sessions, () =>
      this.nameOracle.check(this.sessions, this.world.now),
    );
  }

  get sessions(): Session[] {
    return this.devices.flatMap(({ sessions }) => sessions);
  }

  /** Joins with the state of a device, and cuts the device's older connection. */
  join(
    device: Device,
    room: RoomName,
    username: string,
    history?: number,
    byRequest = false,
  ): Session {
    const key = nameKey(username);
    const record = this.nameRecords.of(device.person, key);
    const { isRotated } = record;
    const frame = device.join(username, key, room, isRotated, history);
    if (device.name !== null)
      for (const old of device.sessions)
        if (old.room === room && old.isOpen && old.peer.answersClose)
          old.peer.vanish();
    const batch = device.name === "laptop";
    const isKnown = byRequest && isAppUser(device.person);
    const appVerdict = isKnown ? claimsOf(username) : null;
    const peer = this.world.open(room, { batch, appVerdict });
    const session = new Session(peer, device, room, frame, record, this.ledger);
    device.addSession(session);
    peer.send(isKnown ? withoutToken(frame) : frame);
    return session;
  }

  send(session: Session, bare: MessageFrame | PrivateFrame): void {
    const frame = withData(bare);
    const again = this.sentMessages.find(
      (one) =>
        one.person === session.person &&
        frame.id !== undefined &&
        one.frame.id === frame.id,
    );
    if (again !== undefined) again.isRepeated = true;
    const sentMessage: SentMessage = {
      person: session.person,
      device: session.device,
      room: session.room,
      frame,
      fromKey: session.key,
      at: this.world.now,
      session,
      witnesses: this.sessions.filter((other) => other.isJoined),
      restarts: session.reader.restarts,
      blockedBy: this.#blockerOf(session, frame),
      isRepeated: again !== undefined,
    };
    this.sentMessages.push(sentMessage);
    session.device.sentMessages.push(sentMessage);
    session.peer.send(frame);
  }

  /** The key and epoch of the addressee's claim, if its holder has blocked the sender. */
  #blockerOf(
    { person }: Session,
    frame: MessageFrame | PrivateFrame,
  ): string | null {
    if (frame.type !== "private") return null;
    const key = nameKey(frame.to);
    const last = this.nameOracle.lastHolder(key);
    if (last === undefined) return null;
    const record = this.nameRecords.of(last.person, key);
    const isBlocked = record.isBlocking(userOf(person), last.epoch);
    return isBlocked ? `${key} ${last.epoch}` : null;
  }

  #perform(step: Step): void {
    const { world } = this;
    switch (step.do) {
      case "join": {
        const { person, room, spelling, history } = step;
        if (isAppUser(person) && !this.scene.hasApp) return;
        const own = this.devices.filter((one) => one.person === person);
        const device = pick(own, step.device);
        const username = pick(SPELLINGS[person], spelling);
        if (device !== undefined && username !== undefined)
          this.join(device, room, username, history, step.byRequest);
        return;
      }
      case "denied":
        connectDenied(world, step);
        return;
      case "setBack":
        this.#setClockBack(step.ms);
        return;
      case "letIn":
        this.#calmly(() => world.settle());
        return;
      case "decide":
        this.app?.answerOne(step.question);
        this.events?.answerOne();
        return;
      case "import":
        importLog(world, step.room, `import-${this.#imports++}`, step.events);
        return;
      default:
        if ("other" in step) this.#calmly(() => runDirectedStep(this, step));
        else if ("visit" in step) this.#runIn(step);
        else injectFault(world, step);
    }
  }

  /** The app allows everything meanwhile, at once. */
  #calmly(run: () => void): void {
    if (this.app === null) run();
    else this.app.calmly(run);
  }

  /** Sets the clock back, and all recorded times with it. */
  #setClockBack(ms: number): void {
    this.world.setClockBack(ms);
    this.nameOracle.setClockBack(ms);
    for (const session of this.sessions) session.setClockBack(ms);
    const peers = new Set(this.sessions.map(({ peer }) => peer));
    for (const peer of peers) peer.setClockBack(ms);
  }

  #runIn(step: Exclude<Extract<Step, { visit: number }>, DirectedStep>): void {
    const open = this.sessions.filter((one) => one.isOpen);
    const session = pick(open, step.visit);
    if (step.do === "notice") {
      const gone = this.sessions.filter(({ peer }) => peer.closed !== null);
      pick(gone, step.visit)?.peer.noticeClosed();
      return;
    }
    if (session === undefined) return;
    const { peer, person, device, room } = session;
    const number = this.sentMessages.length;
    switch (step.do) {
      case "rejoin": {
        const username = pick(SPELLINGS[person], step.spelling);
        if (session.state !== "left" && session.state !== "refused") return;
        if (username === undefined || this.#hasFramesWithoutId(peer)) return;
        const key = nameKey(username);
        const record = this.nameRecords.of(person, key);
        const frame = device.join(username, key, room, record.isRotated);
        device.addSession(
          new Session(peer, device, room, frame, record, this.ledger),
        );
        const { appVerdict } = peer.query;
        const isKnown =
          appVerdict?.type === "verified" && appVerdict.username === username;
        peer.send(isKnown ? withoutToken(frame) : frame);
        return;
      }
      case "say": {
        const text = `${number}${step.size === "long" ? ` ${LONG}` : ""}`;
        const id = step.withId ? { id: `id-${number}` } : {};
        this.send(session, { type: "message", text, ...id });
        return;
      }
      case "answer":
      case "react":
      case "clap":
        runReactionStep(this, session, step);
        return;
      case "whisper": {
        const owner = userOf(step.toUser === "other" ? "mallory" : step.to);
        this.send(session, {
          type: "private",
          to: step.to,
          text: `${number}`,
          ...(step.withId && { id: `id-${number}` }),
          ...(step.toUser !== "anyone" && { toUser: owner }),
        });
        return;
      }
      case "repeat":
        this.#repeat(session, step.saying, step.isChanged);
        return;
      case "command":
        if (!step.withId) this.peersWithoutIds.add(peer);
        this.commands.write(session, step.name, step.withId, number);
        return;
      case "repeatCommand": {
        const again = pick(this.commands.repeatable(session), step.command);
        if (again !== undefined)
          this.commands.send(session, again.frame, number);
        return;
      }
      case "burst":
        this.#sendBurst(session, step.question);
        return;
      case "talk":
        for (let sent = 0; sent < step.count && session.isJoined; sent++)
          peer.send(withData({ type: "message", text: `${number}.${sent}` }));
        return;
      case "page": {
        if (session.state !== "joined") return;
        const cursor = step.before ? { before: step.at } : { after: step.at };
        session.requestPage({ ...cursor, limit: step.limit });
        return;
      }
      case "received":
        session.confirmMail();
        return;
      case "register":
      case "release":
      case "rotate":
        this.peersWithoutIds.add(peer);
        sendAccountCommand(session, step.do);
        return;
      case "block":
      case "unblock":
        this.peersWithoutIds.add(peer);
        sendBlockCommand(session, step);
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

  /** A message, a command and a message, and the app may answer the later ones first. */
  #sendBurst(session: Session, question: number): void {
    const { sentMessages, world } = this;
    const say = () => {
      const text = `${sentMessages.length}`;
      this.send(session, { type: "message", text, id: `id-${text}` });
    };
    say();
    this.commands.write(session, "roll", true, sentMessages.length);
    say();
    world.settle();
    for (let answered = 0; answered < 3; answered++) {
      this.app?.answerOne(question + answered);
      world.settle();
    }
  }

  /** Sends a message again with the same id, from any connection of its user. */
  #repeat(session: Session, number: number, isChanged: boolean): void {
    const own = this.sentMessages.filter(
      ({ person, room, frame, fromKey }) =>
        person === session.person &&
        fromKey === session.key &&
        frame.id !== undefined &&
        (room === session.room || frame.type === "private"),
    );
    const again = pick(own, number);
    if (again === undefined) return;
    const { frame } = again;
    const text = isChanged ? `${frame.text}, again` : frame.text;
    this.send(session, { ...frame, text });
  }

  /** Then an error without an id may answer such a frame, and not the join. */
  #hasFramesWithoutId(peer: Peer): boolean {
    if (this.peersWithoutIds.has(peer)) return true;
    return this.sentMessages.some(
      ({ session, frame }) => session.peer === peer && frame.id === undefined,
    );
  }
}
