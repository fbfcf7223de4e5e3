// Event runner: does what one event of a client asks for, such as a join, a message or a page, and answers it.
import { ERRORS, type ErrorCode } from "../protocol/errors.ts";
import { readRoomName } from "../protocol/names.ts";
import type { Allowance } from "./allowance.ts";
import {
  type ChangeCommand,
  readDelete,
  readEdit,
  readJoin,
  readPrivate,
  readReact,
  readRoom,
  readSend,
  type SendCommand,
} from "./commands.ts";
import { ROOMS_MAX } from "./cursor.ts";
import type { EventNames } from "./event-names.ts";
import { isObject } from "./packet.ts";
import type { Answer, Reply, RoomLink } from "./room-link.ts";
import type { Socket } from "./socket.ts";

export interface EventRunnerOptions {
  readonly socket: Socket;
  readonly names: EventNames;
  /** Bytes of a frame to a room. */
  readonly frameMax: number;
  /** The room that the client named when it connected. */
  readonly room: string | null;
  readonly username: string | null;
  /** Rooms of all namespaces of this client. */
  roomCount(): number;
  /** Of all namespaces together: a join opens a connection to a room. */
  readonly joins: Allowance;
  /** Of all namespaces together: events that no room counts. */
  readonly refusals: Allowance;
}

/** Ids of messages: 1 to 64 characters of printable ASCII. */
const ID = /^[\x20-\x7e]{1,64}$/;
/** The words of the server that clients of this kind know. */
const NOT_JOINED = "You're not part of a room yet";

type Args = readonly unknown[];

export class EventRunner {
  readonly #options: EventRunnerOptions;
  readonly #utf8 = new TextEncoder();
  #isFlooding = false;

  constructor(options: EventRunnerOptions) {
    this.#options = options;
  }

  /**
   * Runs an event.
   *
   * @param reply sends the acknowledgement; null: the client asks for none
   * @returns false if the client goes on too fast with events that are refused
   */
  run([name, ...args]: Args, reply: Reply | null, now: number): boolean {
    const { names } = this.#options;
    switch (name) {
      case names.join:
        this.#join(args, reply, now);
        break;
      case names.message:
        this.#send(readSend(args), reply, now);
        break;
      case names.private:
        this.#sendPrivate(args, reply, now);
        break;
      case names.leave:
        this.#leave(args, reply, now);
        break;
      case names.typing:
        this.#typing(args, reply, now);
        break;
      case names.history:
        this.#history(args, reply, now);
        break;
      case names.members:
        this.#members(args, reply, now);
        break;
      // A setting may have given these names to the events above.
      case names.edit:
        this.#change(readEdit(args), "{of, message}", reply, now);
        break;
      case names.delete:
        this.#change(readDelete(args), "{of}", reply, now);
        break;
      case names.react:
        this.#change(readReact(args), "{of, emoji}", reply, now);
        break;
      default:
        this.#refuse(reply, now, "unsupported", "No event has this name here.");
    }
    return !this.#isFlooding;
  }

  /** Joins the room that the client named when it connected. */
  joinNamed(reply: Reply, now: number): void {
    this.#join([], reply, now);
  }

  #join(args: Args, reply: Reply | null, now: number): void {
    const { socket, roomCount, joins } = this.#options;
    const command = readJoin(args);
    const named = command?.room ?? this.#options.room;
    const username = command?.username ?? this.#options.username;
    if (command === null || named === null) {
      const words = "A join names a room: {roomname, username}.";
      this.#refuse(reply, now, "bad_request", words);
      return;
    }
    const room = readRoomName(named);
    if (room === null) {
      this.#refuse(reply, now, "bad_room");
      return;
    }
    const name = username ?? socket.username;
    const known = socket.links.get(room);
    const isOwn = socket.isOwnName(name);
    if (known?.state === "joined" && isOwn) {
      this.#charge(now);
      reply?.({ ...socket.announce(known) });
      return;
    }
    if (known?.state === "joining") {
      this.#refuse(reply, now, "rate_limited", "The join is on its way.");
      return;
    }
    const wait = joins.take(now);
    if (wait > 0) {
      this.#refuse(reply, now, "rate_limited", undefined, wait);
      return;
    }
    if (known !== undefined) socket.leave(known);
    if (roomCount() >= ROOMS_MAX) {
      const words = `A connection is in ${ROOMS_MAX} rooms at most.`;
      this.#refuse(reply, now, "forbidden", words);
      return;
    }
    socket.join(room, name, command.history, this.#answer(reply));
  }

  #send(command: SendCommand | null, reply: Reply | null, now: number): void {
    if (command === null) {
      this.#refuse(reply, now, "bad_request", "A message is a string.");
      return;
    }
    const link = this.#link(command.room, reply, now);
    if (link === null) return;
    const { replyTo, thread, id } = command;
    const head = {
      type: "message",
      ...(replyTo !== undefined && { replyTo }),
      ...(thread !== undefined && { thread }),
    };
    this.#sendFrame(link, { ...head, ...contentOf(command) }, id, reply, now);
  }

  /** @param form the arguments, as the refusal names them */
  #change(
    command: ChangeCommand | null,
    form: string,
    reply: Reply | null,
    now: number,
  ): void {
    if (command === null) {
      const words = `The message is named by its number: ${form}.`;
      this.#refuse(reply, now, "bad_request", words);
      return;
    }
    const link = this.#link(command.room, reply, now);
    if (link === null) return;
    this.#sendFrame(link, command.frame, command.id, reply, now);
  }

  #sendPrivate(args: Args, reply: Reply | null, now: number): void {
    const command = readPrivate(args);
    if (command === null) {
      const words = 'A private message begins with a name: "@bob hello".';
      this.#refuse(reply, now, "bad_request", words);
      return;
    }
    const link = this.#link(command.room, reply, now);
    if (link === null) return;
    const head = { type: "private", to: command.to };
    const frame = { ...head, ...contentOf(command) };
    this.#sendFrame(link, frame, command.id, reply, now);
  }

  #sendFrame(
    link: RoomLink,
    fields: object,
    given: string | null,
    reply: Reply | null,
    now: number,
  ): void {
    if (given !== null && !ID.test(given)) {
      const words = "An id has 1 to 64 printable ASCII characters.";
      this.#refuse(reply, now, "bad_request", words);
      return;
    }
    const { socket, frameMax } = this.#options;
    const id = socket.idFor(given);
    const frame = JSON.stringify({ ...fields, id });
    // The room's own error would not say which message it refuses.
    if (this.#exceeds(frame, frameMax)) this.#refuse(reply, now, "too_large");
    else if (!link.sendWithId(id, frame, this.#answer(reply)))
      this.#refuse(reply, now, "rate_limited");
  }

  #leave(args: Args, reply: Reply | null, now: number): void {
    const { socket } = this.#options;
    const link = this.#link(readRoom(args), reply, now);
    if (link === null) return;
    this.#charge(now);
    socket.leave(link);
    reply?.({ room: link.room });
  }

  #typing(args: Args, reply: Reply | null, now: number): void {
    const link = this.#link(readRoom(args), reply, now);
    if (link === null) return;
    link.send({ type: "typing" });
    reply?.({});
  }

  #history(args: Args, reply: Reply | null, now: number): void {
    const link = this.#link(readRoom(args), reply, now);
    if (link === null) return;
    const page: Record<string, unknown> = { type: "history" };
    const [asked] = args;
    if (isObject(asked))
      for (const field of ["before", "after", "at", "limit", "fold", "thread"])
        if (asked[field] !== undefined) page[field] = asked[field];
    this.#request(link, page, reply, now);
  }

  #members(args: Args, reply: Reply | null, now: number): void {
    const link = this.#link(readRoom(args), reply, now);
    if (link === null) return;
    const [asked] = args;
    const after = isObject(asked) ? asked.after : undefined;
    const frame = { type: "who", ...(after !== undefined && { after }) };
    this.#request(link, frame, reply, now);
  }

  #request(
    link: RoomLink,
    frame: object,
    reply: Reply | null,
    now: number,
  ): void {
    if (
      this.#exceeds(JSON.stringify(frame), this.#options.frameMax) ||
      link.state === "closed" ||
      !link.request(frame, this.#answer(reply))
    )
      this.#refuse(reply, now, "rate_limited");
  }

  /** The room that a command names, or the one that was joined last. */
  #link(
    named: string | null,
    reply: Reply | null,
    now: number,
  ): RoomLink | null {
    const { socket } = this.#options;
    const room = named === null ? null : readRoomName(named);
    const link =
      named === null ? socket.current : (socket.links.get(room ?? "") ?? null);
    if (link === null) this.#refuse(reply, now, "not_joined", NOT_JOINED);
    return link;
  }

  /** Turns the room's answer into an acknowledgement, or into an event. */
  #answer(reply: Reply | null): Reply {
    return (answer: Answer) => {
      const { type, code, id: _, ...more } = answer;
      if (type !== "error") {
        reply?.(more);
        return;
      }
      const message =
        code === "not_joined" ? NOT_JOINED : String(answer.message);
      if (reply !== null) reply({ ...more, error: code, message });
      else if (code === "not_joined") this.#options.socket.emitError(message);
      else this.#options.socket.emitError(message, String(code));
    };
  }

  #refuse(
    reply: Reply | null,
    now: number,
    code: ErrorCode,
    message: string = ERRORS[code].message,
    retryAfter?: number,
  ): void {
    this.#charge(now);
    this.#answer(reply)({
      type: "error",
      code,
      message,
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }

  /** Counts an event that costs the rooms nothing. */
  #charge(now: number): void {
    if (this.#options.refusals.take(now) > 0) this.#isFlooding = true;
  }

  #exceeds(frame: string, max: number): boolean {
    if (frame.length > max) return true;
    return frame.length * 3 > max && this.#utf8.encode(frame).byteLength > max;
  }
}

function contentOf({ text, data }: SendCommand): object {
  return data === undefined ? { text } : { text, data };
}
