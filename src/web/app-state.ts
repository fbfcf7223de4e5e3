// What the page is showing: who is here, which conversation is open, and how one gets there.
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { readUsername } from "../protocol/names.ts";
import type { Conversation } from "./conversation.ts";
import { embedder } from "./embedding.ts";
import { become, currentName, leaveName, ownKey } from "./identity.ts";
import { device } from "./kept.ts";
import { hearerOf } from "./notices.ts";
import { hashOf, type Route, readRoute, readWishes } from "./route.ts";
import { sameness } from "./spelling.ts";
import { keptRooms, Talk } from "./talk.ts";

export const route = signal<Route>(readRoute(window.location.hash));

/** Who is here; null as long as nobody has come in. */
export const talk = signal<Talk | null>(null);

/** What is open, if the address names anything. */
export const open: ReadonlySignal<Conversation | null> = computed(() => {
  const [here, now] = [talk.value, route.value];
  if (here === null) return null;
  if (now.kind === "room")
    return here.rooms.value.find(({ id }) => id === now.room) ?? null;
  return now.kind === "peer" ? here.turnTo(now.peer) : null;
});

export const wishes = readWishes(window.location.hash);

/**
 * Goes to a conversation; the way back is the browser's. The page is there when
 * this returns: `hashchange` comes later, and a key pressed meanwhile would go
 * to the conversation before.
 */
export function go(next: Route): void {
  window.location.hash = hashOf(next);
  show(next);
}

export function goTo(conversation: Conversation): void {
  go(routeOf(conversation));
}

export function routeOf({ id, title }: Conversation): Route {
  return id.startsWith("@")
    ? { kind: "peer", peer: title }
    : { kind: "room", room: id };
}

/** Joins a room because somebody says so here, and opens it. */
export function joinRoom(room: string): void {
  talk.peek()?.join(room);
  go({ kind: "room", room });
}

/** Comes in: the page is theirs from now on. */
export function enter(next: Talk): void {
  become(next.name);
  talk.value = next;
}

/** Goes out in this tab; what is kept stays. */
export async function exit(): Promise<void> {
  const left = talk.value;
  talk.value = null;
  leaveName();
  await left?.stop();
}

/** Leaves a room; `follow` opens another one, or the door after the last. */
export async function leaveRoom(room: string): Promise<void> {
  await talk.peek()?.leave(room);
}

/** A talk of that name, in the rooms it was in, and in one more. */
export function begin(name: string, room: string | null): Talk | null {
  const rooms = new Set(keptRooms(name));
  if (room !== null) rooms.delete(room);
  const all = [...(room === null ? [] : [room]), ...rooms];
  if (all.length === 0) return null;
  const isOpen = (one: Conversation) => one === open.peek();
  return new Talk(name, all, hearerOf({ name, isOpen, goTo }));
}

/** As the page opens: whoever was here before is here again. */
export function start(): void {
  const now = route.value;
  const name = nameAtStart();
  // The site that embeds the page has chosen the room; a link has not.
  const room = now.kind === "room" && embedder !== "" ? now.room : null;
  const here = name === null ? null : begin(name, room);
  if (here !== null) {
    enter(here);
    if (room !== null) here.keepRooms();
  }
  const changed = () => show(readRoute(window.location.hash));
  // The former comes at once, but not from every browser for every change.
  for (const type of ["popstate", "hashchange"])
    window.addEventListener(type, changed);
  effect(follow);
}

/** The route that is the same remains the same object. */
function show(next: Route): void {
  if (hashOf(next) !== hashOf(route.peek())) route.value = next;
}

function nameAtStart(): string | null {
  const name = readUsername(currentName() ?? "");
  const wish = embedder === "" ? null : wishes.username;
  // A name that is new here goes in by the door, where it is told if it is taken.
  const isOther =
    wish !== null && name !== null && sameness(wish) !== sameness(name);
  return isOther ? null : name;
}

/** The room that was open when `follow` last ran, and its place in the list. */
let opened: { readonly route: Route; readonly index: number } | null = null;

/**
 * One is where the address says, as far as one is in that room. A link alone
 * joins none; a room that was left, here or in another tab, is not open any more.
 */
function follow(): void {
  const [here, now] = [talk.value, route.value];
  if (here === null) return;
  const rooms = here.rooms.value;
  const [first] = rooms;
  if (first === undefined) {
    endTalk(here);
    return;
  }
  const index =
    now.kind === "room" ? rooms.findIndex(({ id }) => id === now.room) : -1;
  const lastKey = ownKey("last", here.name);
  if (now.kind === "none") {
    const last = readRoute(device.get(lastKey) ?? "");
    const isThere = last.kind === "peer" || isIn(here, last);
    replace(isThere ? last : routeOf(first));
  } else if (now.kind === "room" && index < 0) {
    if (opened?.route !== now) return;
    replace(routeOf(rooms[Math.min(opened.index, rooms.length - 1)] ?? first));
  } else if (now.kind !== "bad") {
    opened = { route: now, index };
    device.set(lastKey, hashOf(now));
  }
}

/** Without a room there is no connection, and nothing to show. */
function endTalk(here: Talk): void {
  talk.value = null;
  replace({ kind: "none" });
  here.stop();
}

function isIn(here: Talk, now: Route): boolean {
  return (
    now.kind === "room" && here.rooms.peek().some(({ id }) => id === now.room)
  );
}

/** As `go`, without a way back to where one was sent from. */
function replace(next: Route): void {
  window.history.replaceState(null, "", hashOf(next));
  route.value = next;
}
