// What the page is showing: who is here, which conversation is open, and how one gets there.
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { readUsername } from "../protocol/names.ts";
import type { Conversation } from "./conversation.ts";
import { embedder } from "./embedder.ts";
import {
  clearCurrentName,
  currentName,
  setCurrentName,
  userKey,
} from "./identity.ts";
import { deviceStore } from "./local-store.ts";
import { nameKey } from "./name-key.ts";
import { createListener } from "./notifications.ts";
import {
  parseEmbedOptions,
  parseRoute,
  type Route,
  routeHash,
} from "./route.ts";
import { savedRooms, UserSession } from "./user-session.ts";

export const route = signal<Route>(parseRoute(window.location.hash));

/** Who is here; null as long as nobody has come in. */
export const session = signal<UserSession | null>(null);

/** What is open, if the address names anything. */
export const currentConversation: ReadonlySignal<Conversation | null> =
  computed(() => {
    const [currentSession, currentRoute] = [session.value, route.value];
    if (currentSession === null) return null;
    if (currentRoute.kind === "room")
      return (
        currentSession.rooms.value.find(({ id }) => id === currentRoute.room) ??
        null
      );
    return currentRoute.kind === "peer"
      ? currentSession.openPeer(currentRoute.peer)
      : null;
  });

export const embedOptions = parseEmbedOptions(window.location.hash);

/**
 * Goes to a conversation; the way back is the browser's. The page is there when
 * this returns: `hashchange` comes later, and a key pressed meanwhile would go
 * to the conversation before.
 */
export function navigate(next: Route): void {
  window.location.hash = routeHash(next);
  setRoute(next);
}

export function showConversation(conversation: Conversation): void {
  navigate(routeOf(conversation));
}

export function routeOf({ id, title }: Conversation): Route {
  return id.startsWith("@")
    ? { kind: "peer", peer: title }
    : { kind: "room", room: id };
}

/** Joins a room because somebody says so here, and opens it. */
export function joinRoom(room: string): void {
  session.peek()?.join(room);
  navigate({ kind: "room", room });
}

/** Comes in: the page is theirs from now on. */
export function signIn(next: UserSession): void {
  setCurrentName(next.name);
  session.value = next;
}

/** Goes out in this tab; what is kept stays. */
export async function signOut(): Promise<void> {
  const left = session.value;
  session.value = null;
  clearCurrentName();
  await left?.stop();
}

/** Leaves a room; `syncRoute` opens another one, or the door after the last. */
export async function leaveRoom(room: string): Promise<void> {
  await session.peek()?.leave(room);
}

/** A talk of that name, in the rooms it was in, and in one more. */
export function createSession(
  name: string,
  room: string | null,
): UserSession | null {
  const rooms = new Set(savedRooms(name));
  if (room !== null) rooms.delete(room);
  const all = [...(room === null ? [] : [room]), ...rooms];
  if (all.length === 0) return null;
  const isOpen = (one: Conversation) => one === currentConversation.peek();
  return new UserSession(
    name,
    all,
    createListener({ name, isOpen, showConversation }),
  );
}

/** As the page opens: whoever was here before is here again. */
export function startApp(): void {
  const currentRoute = route.value;
  const name = initialName();
  // The site that embeds the page has chosen the room; a link has not.
  const room =
    currentRoute.kind === "room" && embedder !== "" ? currentRoute.room : null;
  const currentSession = name === null ? null : createSession(name, room);
  if (currentSession !== null) {
    signIn(currentSession);
    if (room !== null) currentSession.saveRooms();
  }
  const changed = () => setRoute(parseRoute(window.location.hash));
  // The former comes at once, but not from every browser for every change.
  for (const type of ["popstate", "hashchange"])
    window.addEventListener(type, changed);
  effect(syncRoute);
}

/** The route that is the same remains the same object. */
function setRoute(next: Route): void {
  if (routeHash(next) !== routeHash(route.peek())) route.value = next;
}

function initialName(): string | null {
  const name = readUsername(currentName() ?? "");
  const wantedName = embedder === "" ? null : embedOptions.username;
  // A name that is new here goes in by the door, where it is told if it is taken.
  const isOther =
    wantedName !== null &&
    name !== null &&
    nameKey(wantedName) !== nameKey(name);
  return isOther ? null : name;
}

/** The room that was open when `syncRoute` last ran, and its place in the list. */
let lastOpened: { readonly route: Route; readonly index: number } | null = null;

/**
 * One is where the address says, as far as one is in that room. A link alone
 * joins none; a room that was left, here or in another tab, is not open any more.
 */
function syncRoute(): void {
  const [currentSession, currentRoute] = [session.value, route.value];
  if (currentSession === null) return;
  const rooms = currentSession.rooms.value;
  const [first] = rooms;
  if (first === undefined) {
    endSession(currentSession);
    return;
  }
  const index =
    currentRoute.kind === "room"
      ? rooms.findIndex(({ id }) => id === currentRoute.room)
      : -1;
  const lastKey = userKey("last", currentSession.name);
  if (currentRoute.kind === "none") {
    const last = parseRoute(deviceStore.get(lastKey) ?? "");
    const isThere = last.kind === "peer" || hasRoom(currentSession, last);
    replaceRoute(isThere ? last : routeOf(first));
  } else if (currentRoute.kind === "room" && index < 0) {
    if (lastOpened?.route !== currentRoute) return;
    replaceRoute(
      routeOf(rooms[Math.min(lastOpened.index, rooms.length - 1)] ?? first),
    );
  } else if (currentRoute.kind !== "invalid") {
    lastOpened = { route: currentRoute, index };
    deviceStore.set(lastKey, routeHash(currentRoute));
  }
}

/** Without a room there is no connection, and nothing to show. */
function endSession(currentSession: UserSession): void {
  session.value = null;
  replaceRoute({ kind: "none" });
  currentSession.stop();
}

function hasRoom(currentSession: UserSession, currentRoute: Route): boolean {
  return (
    currentRoute.kind === "room" &&
    currentSession.rooms.peek().some(({ id }) => id === currentRoute.room)
  );
}

/** As `navigate`, without a way back to where one was sent from. */
function replaceRoute(next: Route): void {
  window.history.replaceState(null, "", routeHash(next));
  route.value = next;
}
