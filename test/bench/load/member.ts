// Member: one load client, which joins a room, sends messages and counts what arrives.
import { type Dialect, isOwn, type JoinRequest, kinds } from "./dialect.ts";
import { Socket, type SocketHandler } from "./socket.ts";
import type { Tally } from "./tally.ts";
import { latencyMs, timestampedText } from "./timestamped-text.ts";

export interface LoadContext {
  readonly port: number;
  readonly dialect: Dialect;
  readonly tally: Tally;
}

const NEWLINE = 10;

export class Member implements SocketHandler {
  readonly username: string;
  /** With the quote after it: no name is the start of another. */
  readonly #quotedName: Buffer;
  readonly #joins: JoinRequest;
  readonly #dialect: Dialect;
  readonly #tally: Tally;
  readonly #socket: Socket;
  /** Called for each ack. It sends the next message of a closed loop. */
  onAck: (() => void) | null = null;
  /** Called with each line that is not only counted. */
  onLine: ((line: string) => void) | null = null;
  /** True: the newest message is kept, for `position`. */
  keepsPosition = false;
  #newest = "";
  readonly #begunAt = performance.now();
  /** The line that confirmed the join. */
  welcome = "";
  readonly joined: Promise<this>;
  /** Resolves when the WebSocket is open, or has failed. */
  readonly connected: Promise<void>;
  #isConnected: (() => void) | null = null;
  #isJoined: (() => void) | null = null;
  #failed: ((error: Error) => void) | null = null;
  /** The join has the id 0. */
  #nextId = 1;

  constructor({ port, dialect, tally }: LoadContext, joins: JoinRequest) {
    this.username = joins.username;
    this.#quotedName = Buffer.from(`${joins.username}"`, "latin1");
    this.#joins = joins;
    this.#dialect = dialect;
    this.#tally = tally;
    this.joined = new Promise((resolve, reject) => {
      this.#isJoined = () => resolve(this);
      this.#failed = reject;
    });
    this.connected = new Promise((resolve) => {
      this.#isConnected = resolve;
    });
    this.#socket = new Socket(
      { port, path: dialect.path(joins.room), protocol: dialect.protocol },
      this,
    );
  }

  sendMessage(): void {
    this.#socket.send(
      this.#dialect.message(timestampedText(), this.#nextId++, this.username),
    );
  }

  sendPrivate(to: string): void {
    this.#socket.send(
      this.#dialect.private(to, timestampedText(), this.#nextId++),
    );
  }

  sendTyping(): void {
    this.#socket.send(this.#dialect.typing());
  }

  /** Asks for the newest events, where the server keeps some. */
  readHistory(limit: number): void {
    const frame = this.#dialect.history(limit);
    if (frame !== null) this.#socket.send(frame);
  }

  get isJoined(): boolean {
    return this.welcome !== "" || this.#dialect.echoes === true;
  }

  /** The newest event, for a return to a server that can resume. */
  get position(): JoinRequest["since"] {
    const { since } = sinceOf(this.welcome);
    if (since === undefined || this.#newest === "") return since;
    return { ...since, seq: JSON.parse(this.#newest).seq };
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.onAck = null;
    this.#socket.close();
  }

  drop(): void {
    this.onAck = null;
    this.#socket.drop();
  }

  opened(): void {
    this.#isConnected?.();
    if (this.#dialect.echoes) this.#isJoined?.();
    this.#answer(null);
  }

  closed(code: number): void {
    this.#tally.closes++;
    this.#isConnected?.();
    this.#failed?.(new Error(`${this.username} was closed with ${code}.`));
  }

  text(buffer: Buffer, start: number, end: number): void {
    if (!this.#dialect.joinsLines) {
      this.#line(buffer, start, end);
      return;
    }
    let from = start;
    while (from < end) {
      const found = buffer.indexOf(NEWLINE, from);
      const to = found < 0 || found > end ? end : found;
      this.#line(buffer, from, to);
      from = to + 1;
    }
  }

  #line(buffer: Buffer, start: number, end: number): void {
    const kind = this.#dialect.kind(buffer, start, end);
    const tally = this.#tally;
    switch (kind) {
      case kinds.delivery:
        if (this.#dialect.echoes && isOwn(buffer, start, this.#quotedName)) {
          tally.acks++;
          this.onAck?.();
          return;
        }
        tally.deliveries++;
        if (this.keepsPosition)
          this.#newest = buffer.toString("latin1", start, end);
        if (tally.isTimed) this.#time(buffer, start);
        return;
      case kinds.ack:
        tally.acks++;
        this.onAck?.();
        return;
      case kinds.private:
        tally.privates++;
        if (tally.isTimed) this.#time(buffer, start);
        return;
      case kinds.joined:
        this.welcome = buffer.toString("latin1", start, end);
        this.#isJoined?.();
        return;
      case kinds.error:
        tally.errors++;
        this.#failed?.(new Error(buffer.toString("latin1", start, end)));
        break;
      case kinds.open:
      case kinds.connected:
      case kinds.ping:
        this.#answer(kind);
        return;
      case kinds.other:
        break;
      default:
        kind satisfies never;
    }
    this.onLine?.(buffer.toString("latin1", start, end));
  }

  /** A message from before the join is a replay, and says nothing of delays. */
  #time(buffer: Buffer, start: number): void {
    const now = performance.now();
    const ms = latencyMs(buffer, start, now);
    if (ms <= now - this.#begunAt) this.#tally.time(ms);
  }

  #answer(kind: Parameters<Dialect["greet"]>[0]): void {
    const answer = this.#dialect.greet(kind, this.#joins);
    if (answer !== null) this.#socket.send(answer);
  }
}

/** The position of the room by a welcome of ours. */
export function sinceOf(welcome: string): Pick<JoinRequest, "since"> {
  if (!welcome.startsWith('{"type":"welcome"')) return {};
  const { seq, epoch } = JSON.parse(welcome);
  return epoch === undefined ? {} : { since: { seq, epoch } };
}

/** Joins that run at the same time. */
const AT_ONCE = 64;

/** Joins a room with this many new members. */
export async function joinNew(
  meeting: LoadContext,
  room: string,
  count: number,
  name = "m",
): Promise<Member[]> {
  const names = Array.from({ length: count }, (_, i) => `${room}-${name}${i}`);
  return joinAll(
    meeting,
    names.map((username) => ({ room, username })),
  );
}

/** Joins with all of them, some at a time, in order. */
export async function joinAll(
  meeting: LoadContext,
  all: readonly JoinRequest[],
  atOnce = AT_ONCE,
): Promise<Member[]> {
  const members: Member[] = [];
  for (let i = 0; i < all.length; i += atOnce) {
    const some = all.slice(i, i + atOnce);
    const joining = some.map((joins) => new Member(meeting, joins).joined);
    members.push(...(await Promise.all(joining)));
  }
  return members;
}

/** More than a server's queue of new connections holds are refused. */
const CONNECTS_AT_ONCE = 100;

/** Joins with all of them as fast as the server accepts connections. */
export async function joinAtOnce(
  meeting: LoadContext,
  all: readonly JoinRequest[],
): Promise<Member[]> {
  const members: Member[] = [];
  const connect = async () => {
    for (let joins = next(); joins !== undefined; joins = next()) {
      const member = new Member(meeting, joins);
      members.push(member);
      // Its failure is told below.
      member.joined.catch(() => {});
      await member.connected;
    }
  };
  const left = [...all].reverse();
  const next = () => left.pop();
  await Promise.all(Array.from({ length: CONNECTS_AT_ONCE }, connect));
  return Promise.all(members.map(({ joined }) => joined));
}
