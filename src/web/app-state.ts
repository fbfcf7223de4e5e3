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

/** Goes to a conversation; the way back is the browser's. */
export function go(next: Route): void {
  window.location.hash = hashOf(next);
}

export function goTo(conversation: Conversation): void {
  const { id } = conversation;
  go(
    readRoute(
      `#${id.startsWith("@") ? "@" : ""}${encodeURIComponent(id.replace(/^@/, ""))}`,
    ),
  );
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

/** Leaves a room, and goes to another, or out if it was the last. */
export async function leaveRoom(room: string): Promise<void> {
  const here = talk.value;
  if (here === null) return;
  const next = here.rooms.value.find(({ id }) => id !== room);
  if (next === undefined) {
    device.remove(ownKey("rooms", here.name));
    talk.value = null;
    replace({ kind: "none" });
    await here.stop();
    return;
  }
  goTo(next);
  await here.leave(room);
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
  const room = now.kind === "room" ? now.room : null;
  if (name !== null) {
    const here = begin(name, room);
    if (here !== null) enter(here);
    // The room of the address was put first; it is to be kept too.
    if (room !== null) here?.keepRooms();
  }
  window.addEventListener("hashchange", () => {
    route.value = readRoute(window.location.hash);
  });
  effect(follow);
}

function nameAtStart(): string | null {
  const name = readUsername(currentName() ?? "");
  const wish = embedder === "" ? null : wishes.username;
  // A name that is new here goes in by the door, where it is told if it is taken.
  const isOther =
    wish !== null && name !== null && sameness(wish) !== sameness(name);
  return isOther ? null : name;
}

/** The address says where one is, and one is where the address says. */
function follow(): void {
  const [here, now] = [talk.value, route.value];
  if (here === null) return;
  const lastKey = ownKey("last", here.name);
  if (now.kind === "room") here.join(now.room);
  if (now.kind === "none") {
    const last = readRoute(device.get(lastKey) ?? "");
    const [first] = here.rooms.peek();
    if (last.kind === "peer" || isIn(here, last)) replace(last);
    else if (first !== undefined) replace({ kind: "room", room: first.id });
  } else if (now.kind !== "bad") device.set(lastKey, hashOf(now));
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
