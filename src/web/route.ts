// Route: the hash of the URL names the open conversation: #lobby a room, #lobby/12 a message, #lobby/thread/12 a thread, #lobby?invite=code an invitation, and #@bob a private one.
import { readRoomName, readUsername } from "../protocol/names.ts";

export type Route =
  | { readonly kind: "none" }
  | {
      readonly kind: "room";
      readonly room: string;
      /** The number of the message that is shown first. */
      readonly message?: number;
      /** The number of the first message of the thread that is open. */
      readonly thread?: number;
      /** The code of an invitation to the room. */
      readonly invite?: string;
    }
  | { readonly kind: "peer"; readonly peer: string }
  /** A name that no room or user can have. */
  | { readonly kind: "invalid"; readonly text: string };

/** The options of an embedding site, after a ?, which no name contains. */
export interface EmbedOptions {
  readonly username: string | null;
  readonly language: string | null;
  readonly theme: string | null;
}

/** @param hash as `location.hash` returns it */
export function parseRoute(hash: string): Route {
  const [name = "", query = ""] = hash.replace(/^#/, "").split("?");
  const text = decodeText(name);
  if (text === "") return { kind: "none" };
  if (text.startsWith("@")) {
    const peer = readUsername(text.slice(1));
    return peer === null ? { kind: "invalid", text } : { kind: "peer", peer };
  }
  // No name has a slash.
  const [, roomText = text, thread, seq] =
    /^([^/]+)\/(thread\/)?(\d{1,15})$/.exec(text) ?? [];
  const room = readRoomName(roomText);
  if (room === null) return { kind: "invalid", text };
  const invite = new URLSearchParams(query).get("invite");
  if (seq === undefined)
    return { kind: "room", room, ...(invite && { invite }) };
  return {
    ...{ kind: "room", room },
    [thread === undefined ? "message" : "thread"]: Number(seq),
  };
}

export function parseEmbedOptions(hash: string): EmbedOptions {
  const [, query = ""] = hash.split("?");
  const get = (name: string) => new URLSearchParams(query).get(name);
  const name = get("username");
  return {
    username: name === null ? null : readUsername(name),
    language: get("lang"),
    theme: get("theme"),
  };
}

/** Returns a hash that `parseRoute` reads. */
export function routeHash(route: Route): string {
  switch (route.kind) {
    case "none":
      return "#";
    case "room": {
      const { room, message, thread, invite } = route;
      const part = thread === undefined ? "" : `/thread/${thread}`;
      const rest = message === undefined ? part : `/${message}`;
      const query = invite ? `?invite=${encodeURIComponent(invite)}` : "";
      return `#${encodeURIComponent(room)}${rest}${query}`;
    }
    case "peer":
      return `#@${encodeURIComponent(route.peer)}`;
    case "invalid":
      return `#${encodeURIComponent(route.text)}`;
    default:
      return route satisfies never;
  }
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
