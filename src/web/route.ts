// Route: the hash of the URL names the open conversation, #lobby a room and #@bob a private one.
import { readRoomName, readUsername } from "../protocol/names.ts";

export type Route =
  | { readonly kind: "none" }
  | { readonly kind: "room"; readonly room: string }
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
  const [name = ""] = hash.replace(/^#/, "").split("?");
  const text = decodeText(name);
  if (text === "") return { kind: "none" };
  if (text.startsWith("@")) {
    const peer = readUsername(text.slice(1));
    return peer === null ? { kind: "invalid", text } : { kind: "peer", peer };
  }
  const room = readRoomName(text);
  return room === null ? { kind: "invalid", text } : { kind: "room", room };
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
    case "room":
      return `#${encodeURIComponent(route.room)}`;
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
