// Client: a test client for the JSON frames of wire version 1.
import { expect } from "vitest";
import { Connection, type ConnectOptions, SUBPROTOCOL } from "./connection.ts";
import {
  type Failure,
  type Frame,
  type FrameOf,
  type FrameType,
  isPrivateAck,
  isRoomAck,
  type PrivateAck,
  parseFrame,
  type RoomAck,
} from "./frames.ts";
import { uniqueId } from "./people.ts";

type Fields<K extends FrameType> = Partial<FrameOf<K>>;
type KnownFrame<K extends FrameType> = Extract<Frame, { type: K }>;

export class Client extends Connection<Frame> {
  constructor(room: string, options: ConnectOptions = {}) {
    super(room, options, decode, JSON.stringify);
  }

  /** The next unread frame of this type that has these fields. */
  async next<K extends FrameType>(
    type: K,
    fields: Fields<K> = {},
    patienceMs?: number,
  ): Promise<KnownFrame<K>> {
    const fits = (frame: Frame): frame is KnownFrame<K> =>
      hasFields(frame, { ...fields, type });
    const what = `${type} ${JSON.stringify(fields)}`;
    const frame = await this.inbox.next(fits, what, patienceMs);
    if (!fits(frame)) throw new Error("unreachable");
    return frame;
  }

  /** All unread frames up to the next of this type that has these fields. */
  async until<K extends FrameType>(
    type: K,
    fields: Fields<K> = {},
    patienceMs?: number,
  ): Promise<Frame[]> {
    return this.inbox.until(
      (frame) => hasFields(frame, { ...fields, type }),
      `${type} ${JSON.stringify(fields)}`,
      patienceMs,
    );
  }

  /** Sends a message to the room and waits for the ack. */
  async sendMessage(text: string, id = uniqueId()): Promise<RoomAck> {
    this.send({ type: "message", text, id });
    return this.roomAck(id);
  }

  /** Sends a private message and waits for the ack. */
  async sendPrivate(
    to: string,
    text: string,
    { id = uniqueId(), ...more }: { id?: string; toUser?: string } = {},
  ): Promise<PrivateAck> {
    this.send({ type: "private", to, text, id, ...more });
    return this.privateAck(id);
  }

  async roomAck(id: string): Promise<RoomAck> {
    const ack = await this.#answer(id, isRoomAck);
    if (!isRoomAck(ack)) throw new Error(refused(ack));
    return ack;
  }

  async privateAck(id: string): Promise<PrivateAck> {
    const ack = await this.#answer(id, isPrivateAck);
    if (!isPrivateAck(ack)) throw new Error(refused(ack));
    return ack;
  }

  /** Sends a frame and expects an error with one of these codes. */
  async refused(
    frame: object | string | Buffer,
    ...codes: Failure["code"][]
  ): Promise<Failure> {
    this.send(frame);
    const failure = await this.next("error");
    expect(codes).toContain(failure.code);
    return failure;
  }

  /**
   * Sends a message and returns all unread frames before its ack. The ack has
   * its place in this client's stream, so all earlier frames of the room are
   * included, and no test needs to wait for silence.
   */
  async unread(): Promise<Frame[]> {
    const id = uniqueId();
    this.send({ type: "message", text: `settle ${id}`, id });
    const frames = await this.until("ack", { id });
    return frames.slice(0, -1);
  }

  async #answer(id: string, isAck: (frame: Frame) => boolean): Promise<Frame> {
    return this.inbox.next(
      (frame) =>
        (isAck(frame) || frame.type === "error") && hasFields(frame, { id }),
      `ack of ${id}`,
    );
  }
}

/** Opens a connection, and joins only if the query asks for it. */
export async function connect(
  room: string,
  options: ConnectOptions = {},
): Promise<Client> {
  return new Client(room, options).opened();
}

/**
 * Without the subprotocol a frame holds one object, with it one on each line.
 */
function decode(frame: string, protocol: string): Frame[] {
  const objects = protocol === SUBPROTOCOL ? frame.split("\n") : [frame];
  return objects.map(parseFrame);
}

function hasFields(frame: Frame, fields: object): boolean {
  const present = new Map(Object.entries(frame));
  return Object.entries(fields).every(
    ([name, value]) => present.get(name) === value,
  );
}

function refused(frame: Frame): string {
  return `Refused: ${JSON.stringify(frame)}`;
}
