// App state: holds the user's session and the open conversation, and keeps them in step with the URL.
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
import { onDemandParts } from "./on-demand.ts";
import type { RoomState } from "./room-state.ts";
import {
  parseEmbedOptions,
  parseRoute,
  type Route,
  routeHash,
} from "./route.ts";
import { savedRooms, UserSession } from "./user-session.ts";

export const route = signal<Route>(parseRoute(window.location.hash));

/** The session of the user; null until the user signs in. */
export const session = signal<UserSession | null>(null);

/** The conversation that the URL names; null if it names none. */
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
 * Opens a conversation and adds an entry to the browser's history.
 *
 * The route changes before this returns. `hashchange` fires later, and a key
 * pressed in between would go to the previous conversation.
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

/** Opens the thread that begins with this message. */
export function openThread(room: string, thread: number): void {
  navigate({ kind: "room", room, thread });
}

export function closeThread(): void {
  const { value: now } = route;
  if (now.kind === "room") navigate({ kind: "room", room: now.room });
}

/** Opens a room at this message. */
function showMessage(room: string, message: number): void {
  navigate({ kind: "room", room, message });
}

/** The URL that opens a room at this message. */
export function messageUrl(room: string, message: number): string {
  const url = new URL(window.location.href);
  url.hash = routeHash({ kind: "room", room, message });
  return url.href;
}

/** Opens a room, at the message or thread of the URL if it names one. */
export function openRoom(room: string): void {
  const now = route.peek();
  if (now.kind !== "room" || now.room !== room)
    navigate({ kind: "room", room });
  // An invitation is for one visit, and no part of a link that is copied.
  else if (now.invite !== undefined) replaceRoute({ kind: "room", room });
}

/** Joins a room at the user's request, and opens it. */
export function joinRoom(room: string): void {
  const invite = invitationTo(room);
  openRoom(room);
  session.peek()?.join(room, invite);
}

/** The code of the invitation to that room in the URL. */
function invitationTo(room: string): string | undefined {
  const now = route.peek();
  return now.kind === "room" && now.room === room ? now.invite : undefined;
}

/**
 * The URL by which others come into a room.
 *
 * @param invite the code of an invitation; "": the room is open
 */
export function inviteUrl(room: string, invite = ""): string {
  const url = new URL(window.location.href);
  url.hash = routeHash({ kind: "room", room, invite });
  return url.href;
}

/** Makes this the session that the page shows. */
export function signIn(next: UserSession): void {
  setCurrentName(next.name);
  session.value = next;
}

/** Ends the session in this tab. Stored data stays. */
export async function signOut(): Promise<void> {
  const left = session.value;
  session.value = null;
  clearCurrentName();
  await left?.stop();
}

/**
 * Leaves a room. `syncRoute` then opens another room, or the sign-in form after
 * the last one.
 */
export async function leaveRoom(room: string): Promise<void> {
  await session.peek()?.leave(room);
}

/**
 * Creates the session of a username in its saved rooms and in one more; null
 * without any room.
 */
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
    createListener({ name, isOpen, showConversation, showMessage }),
    room === null ? undefined : invitationTo(room),
  );
}

/** Runs once as the page opens: signs in the last user of this tab. */
export function startApp(): void {
  const currentRoute = route.value;
  const name = initialName();
  // Only an embedding site chooses the room; a link does not.
  const room =
    currentRoute.kind === "room" && embedder !== "" ? currentRoute.room : null;
  const currentSession = name === null ? null : createSession(name, room);
  if (currentSession !== null) {
    signIn(currentSession);
    if (room !== null) currentSession.saveRooms();
  }
  const changed = () => setRoute(parseRoute(window.location.hash));
  // `popstate` is immediate, but some browsers do not fire it for every change.
  for (const type of ["popstate", "hashchange"])
    window.addEventListener(type, changed);
  effect(syncRoute);
}

/** An equal route keeps its object, so that nothing renders again. */
function setRoute(next: Route): void {
  if (routeHash(next) !== routeHash(route.peek())) route.value = next;
}

function initialName(): string | null {
  const name = readUsername(currentName() ?? "");
  const wantedName = embedder === "" ? null : embedOptions.username;
  // A new name signs in by the form, which shows an error if it is taken.
  const isOther =
    wantedName !== null &&
    name !== null &&
    nameKey(wantedName) !== nameKey(name);
  return isOther ? null : name;
}

/** The last open room, and its index in the list. */
let lastOpened: { readonly route: Route; readonly index: number } | null = null;

/**
 * Follows the URL as long as the user is in the room that it names. A link
 * alone joins no room. A room that was left, in this tab or in another one,
 * does not stay open.
 */
function syncRoute(): void {
  const [currentSession, currentRoute] = [session.value, route.value];
  if (currentSession === null) return;
  const rooms = shownRooms(currentSession);
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
    const isNew = lastOpened?.route !== currentRoute;
    lastOpened = { route: currentRoute, index };
    if (currentRoute.kind === "peer")
      deviceStore.set(lastKey, routeHash(currentRoute));
    else {
      const { kind, room, message, invite } = currentRoute;
      if (invite !== undefined) {
        currentSession.join(room, invite);
        openRoom(room);
        return;
      }
      deviceStore.set(lastKey, routeHash({ kind, room }));
      if (isNew && message !== undefined) rooms[index]?.jumpTo(message);
    }
  }
}

/** The joined rooms in the order of the list. */
function shownRooms(currentSession: UserSession): readonly RoomState[] {
  const order = onDemandParts.value?.listOrder(currentSession);
  return order === undefined
    ? currentSession.rooms.value
    : order.rooms.value.filter((row) => "kind" in row);
}

/** A session needs a room for its connection. */
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

/** Like `navigate`, but replaces the entry in the browser's history. */
function replaceRoute(next: Route): void {
  window.history.replaceState(null, "", routeHash(next));
  route.value = next;
}
