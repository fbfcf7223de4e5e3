// Wire format: the JSON that the bare servers read and write, without edge-chat's guarantees.

export interface BareFrame {
  readonly type: "join" | "message" | "private" | "typing";
  readonly username?: string;
  readonly text?: string;
  readonly id?: string;
  /** The addressee of a private message. */
  readonly to?: string;
}

/** The body of a request to publish. */
export interface BarePublish extends Pick<BareFrame, "text" | "id"> {
  readonly as: { readonly username: string };
  readonly messages?: readonly Pick<BareFrame, "text" | "id">[];
}

export function read(data: string | ArrayBuffer): BareFrame {
  return JSON.parse(String(data));
}

/** The frames for the room and for the sender. */
export function relayed(
  { text, id }: Pick<BareFrame, "text" | "id">,
  room: string,
  username: string,
  seq: number,
): { shared: string; ack: string } {
  const at = Date.now();
  return {
    shared: JSON.stringify({
      type: "message",
      seq,
      room,
      user: username,
      username,
      text,
      at,
      id,
    }),
    ack: JSON.stringify({ type: "ack", id, seq, at }),
  };
}

/** The lines for the addressee and for the sender. */
export function privateLines(
  { to, text, id }: BareFrame,
  username: string,
): { line: string; ack: string } {
  const at = Date.now();
  const type = "private";
  return {
    line: JSON.stringify({ type, user: username, username, to, text, at, id }),
    ack: JSON.stringify({ type: "ack", id, at }),
  };
}

export function typing(username: string): string {
  return JSON.stringify({ type: "typing", user: username, username });
}

export function welcome(room: string, username: string): string {
  return JSON.stringify({ type: "welcome", room, username });
}
