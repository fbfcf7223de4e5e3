// Dialect: encodes joins and messages for a kind of server, and classifies the lines from it.

/** The kinds of lines that the load counts. */
export const kinds = {
  other: 0,
  /** Socket.IO's first packet, and its second. */
  open: 1,
  connected: 2,
  ping: 3,
  joined: 4,
  delivery: 5,
  ack: 6,
  private: 7,
  error: 8,
} as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

export interface JoinRequest {
  readonly room: string;
  readonly username: string;
  /** The event to resume from, for servers that can resume. */
  readonly since?: { readonly seq: number; readonly epoch: string };
}

export interface Dialect {
  /**
   * The server has no joins and no acks: an open connection is a member, and
   * its own message, which comes back, is the ack.
   */
  readonly echoes?: boolean;
  readonly protocol: string | null;
  /** A frame may hold several objects. */
  readonly joinsLines: boolean;
  path(room: string): string;
  /** The text to send when the socket opens, or after a line of that kind. */
  greet(after: Kind | null, joins: JoinRequest): string | null;
  message(text: string, id: number, username: string): string;
  private(to: string, text: string, id: number): string;
  typing(): string;
  /** Null if the server keeps no history. */
  history(limit: number): string | null;
  /** Reads as few bytes as possible. */
  kind(buffer: Buffer, start: number, end: number): Kind;
}

const [a, e, m, o, p, r, s, w] = Buffer.from("aemoprsw");

/** The JSON objects of edge-chat. The bare servers use them too. */
export function jsonDialect(
  protocol: string | null,
  joinsLines = protocol !== null,
): Dialect {
  return {
    protocol,
    joinsLines,
    path: (room) => `/rooms/${room}`,
    greet(after, { username, since }) {
      if (after !== null) return null;
      const token = `secret-of-${username}`.padEnd(22, "-");
      const join = { type: "join", username, token };
      return JSON.stringify(
        since === undefined
          ? join
          : { ...join, since: since.seq, epoch: since.epoch },
      );
    },
    message: (text, id) => `{"type":"message","text":"${text}","id":"${id}"}`,
    private: (to, text, id) =>
      `{"type":"private","to":"${to}","text":"${text}","id":"${id}"}`,
    typing: () => '{"type":"typing"}',
    history: (limit) =>
      protocol === null ? null : `{"type":"history","limit":${limit}}`,
    // Two letters are enough: {"type":"message", {"type":"members",
    // {"type":"error".
    kind(buffer, start) {
      const first = buffer[start + 9];
      if (first === m)
        return buffer[start + 11] === s ? kinds.delivery : kinds.other;
      if (first === a) return kinds.ack;
      if (first === p)
        return buffer[start + 10] === o ? kinds.other : kinds.private;
      if (first === w) return kinds.joined;
      if (first === e) return kinds.error;
      return kinds.other;
    },
  };
}

const [digit0, digit2, digit3, digit4] = Buffer.from("0234");

/** Socket.IO packets in messages of Engine.IO 4 over a WebSocket. */
export const socketIo: Dialect = {
  protocol: null,
  joinsLines: false,
  path: () => "/socket.io/?EIO=4&transport=websocket",
  greet(after, { room, username }) {
    if (after === kinds.open) return "40";
    if (after === kinds.connected)
      return `420${JSON.stringify(["join", room, username])}`;
    return after === kinds.ping ? "3" : null;
  },
  message: (text, id) => `42${id}["message","${text}"]`,
  private: (to, text, id) => `42${id}["private","${to}","${text}"]`,
  typing: () => '42["typing"]',
  history: () => null,
  kind(buffer, start) {
    const first = buffer[start];
    if (first === digit0) return kinds.open;
    if (first === digit2) return kinds.ping;
    if (first !== digit4) return kinds.other;
    const second = buffer[start + 1];
    if (second === digit0) return kinds.connected;
    if (second === digit4) return kinds.error;
    // 430[...] acknowledges the first request, which is the join.
    if (second === digit3)
      return buffer[start + 2] === digit0 ? kinds.joined : kinds.ack;
    if (second !== digit2) return kinds.other;
    const event = buffer[start + 4];
    if (event === m) return kinds.delivery;
    return event === p ? kinds.private : kinds.other;
  },
};

const [quote, brace, n] = Buffer.from('"{n');
const NEW_MESSAGE = '42["new message",'.length;

/** The events of a Socket.IO chat, as edge-chat takes them from its clients. */
export const bridged: Dialect = {
  ...socketIo,
  greet(after, { room, username }) {
    if (after !== kinds.connected)
      return socketIo.greet(after, { room, username });
    const join = JSON.stringify(["join room", { roomname: room, username }]);
    return `420${join}`;
  },
  message: (text, id) => `42${id}["new message","${text}"]`,
  private: (to, text, id) => `42${id}["new pm","@${to} ${text}"]`,
  kind(buffer, start, end) {
    const kind = socketIo.kind(buffer, start, end);
    if (kind === kinds.ack || kind === kinds.joined)
      return isRefusal(buffer, start, end) ? kinds.error : kind;
    if (kind !== kinds.other || buffer[start + 4] !== n) return kind;
    // Somebody's join is the same event with a string.
    return buffer[start + NEW_MESSAGE] === brace ? kinds.delivery : kinds.other;
  },
};

/** An acknowledgement that begins otherwise than with a number or a room. */
function isRefusal(buffer: Buffer, start: number, end: number): boolean {
  const at = buffer.indexOf(brace ?? 0, start);
  const first = buffer[at + 2];
  return (
    at < 0 ||
    at > end ||
    buffer[at + 1] !== quote ||
    (first !== s && first !== r)
  );
}

const OWN_AT = '{"type":"message","username":"'.length;

/** nchan passes the bytes of a frame on to each subscriber of the channel. */
export const nchan: Dialect = {
  ...jsonDialect(null),
  echoes: true,
  greet: () => null,
  message: (text, _id, username) =>
    `{"type":"message","username":"${username}","text":"${text}"}`,
};

/** True if the echoed message is of this user, whose bytes are given. */
export function isOwn(buffer: Buffer, start: number, username: Buffer) {
  const from = start + OWN_AT;
  const to = from + username.length;
  return (
    to <= buffer.length &&
    buffer.compare(username, 0, username.length, from, to) === 0
  );
}
