// List order: no row moves under the pointer, the finger or the focus of a user, and the figures of a start are sorted once.
import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RoomRow } from "../../src/web/list-order.ts";
import type { UserSession } from "../../src/web/user-session.ts";

const { show } = await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  return openFakePage();
});
/** The conversation that is open. */
const page = vi.hoisted(() => ({
  open: null as null | Signal<unknown>,
  shown: vi.fn(),
}));

vi.mock("../../src/web/app-state.ts", async () => {
  const { signal } = await import("@preact/signals");
  page.open = signal(null);
  const showConversation = (one: unknown) => {
    if (page.open !== null) page.open.value = one;
  };
  return { currentConversation: page.open, showConversation };
});
vi.mock("../../src/web/room-state.ts", () => ({ RoomState: class {} }));

const { RoomState } = await import("../../src/web/room-state.ts");
const { listOrder } = await import("../../src/web/list-order.ts");
const { followHolders } = await import("../../src/web/list-hold.ts");
const { setRoomNotify } = await import("../../src/web/room-notify.ts");
const { switchConversation } = await import(
  "../../src/web/switch-conversation.ts"
);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  show("visible");
  vi.useRealTimers();
});

/** A user in some rooms and private conversations. */
function start(rooms: string, peers = "", state = "connected") {
  const make = (kind: "room" | "peer", id: string) =>
    Object.assign(new (RoomState as new () => object)(), {
      ...{ kind, id, me: "alice", title: id },
      unread: signal({ count: 0, mentions: 0 }),
      connection: signal({ state }),
      isLoaded: signal(state === "connected"),
    });
  const [all, others] = [rooms, peers].map((names, index) =>
    [...names].map((id) => make(index === 0 ? "room" : "peer", id)),
  );
  const session = {
    ...{ name: "alice", rooms: signal(all), peers: signal(others) },
    ...{ snapshot: signal({ blocked: [] }), mentions: signal([]) },
  } as unknown as UserSession;
  const find = (id: string) => {
    const one = [...(all ?? []), ...(others ?? [])].find(
      (one) => one.id === id,
    );
    if (one === undefined) throw new Error(id);
    return one;
  };
  const wait = (id: string, count: number, mentions = 0) => {
    find(id).unread.value = { count, mentions };
  };
  const connect = (id: string) => {
    find(id).connection.value = { state: "connected" };
    find(id).isLoaded.value = true;
  };
  const order = listOrder(session);
  const idOf = (row: RoomRow) => ("kind" in row ? row.id : `(${row.room})`);
  const roomsShown = () => order.rooms.value.map(idOf).join("");
  const peersShown = () => order.peers.value.map(({ id }) => id).join("");
  return { session, wait, connect, find, rooms: roomsShown, peers: peersShown };
}

/** The list, and the events that a user causes there. */
function openList(isHovered = false) {
  const list = Object.assign(new EventTarget(), {
    matches: (rule: string) => rule === ":hover" && isHovered,
    querySelector: () => null,
  });
  const stop = followHolders(list as unknown as Element);
  const fire = (type: string) => list.dispatchEvent(new Event(type));
  const focus = (isVisible: boolean) => {
    const event = new Event("focusin");
    const matches = () => isVisible;
    Object.defineProperty(event, "target", { value: { matches } });
    list.dispatchEvent(event);
  };
  return { stop, fire, focus };
}

describe("a user", () => {
  test("sees rooms and people in which something waits first", () => {
    const { wait, rooms, peers } = start("abc", "xyz");
    expect([rooms(), peers()]).toEqual(["abc", "xyz"]);
    wait("b", 1);
    wait("c", 2, 1);
    wait("z", 1);
    expect([rooms(), peers()]).toEqual(["cba", "zxy"]);
  });

  test("sees a muted room in the place of one that is read", () => {
    const { wait, rooms } = start("abc");
    setRoomNotify("alice", "c", "none");
    wait("c", 2, 1);
    wait("b", 1);
    expect(rooms()).toBe("bac");
    setRoomNotify("alice", "c", "mentions");
    expect(rooms()).toBe("cba");
    setRoomNotify("alice", "c", "default");
  });

  test.each([
    ["the pointer", "pointerenter", "pointerleave"],
    ["a finger", "touchstart", "touchend"],
    ["a finger that slips away", "touchstart", "touchcancel"],
  ])("finds no row moved under %s", (_, begin, end) => {
    const { wait, rooms } = start("abc");
    const list = openList();
    expect(rooms()).toBe("abc");
    list.fire(begin);
    wait("c", 1);
    expect(rooms()).toBe("abc");
    list.fire(end);
    expect(rooms()).toBe("cab");
    list.stop();
  });

  test("finds no row moved under a pointer that rests where the list opens", () => {
    const { wait, rooms } = start("ab");
    expect(rooms()).toBe("ab");
    const list = openList(true);
    wait("b", 1);
    expect(rooms()).toBe("ab");
    list.stop();
    expect(rooms()).toBe("ba");
  });

  test("finds no row moved under the focus of the keyboard", () => {
    const { wait, rooms } = start("abc");
    const list = openList();
    expect(rooms()).toBe("abc");
    list.focus(true);
    wait("b", 1);
    expect(rooms()).toBe("abc");
    list.fire("focusout");
    expect(rooms()).toBe("bac");
    // A click leaves the focus behind, which nobody sees.
    list.focus(false);
    wait("c", 1, 1);
    expect(rooms()).toBe("cba");
    list.stop();
  });

  test("finds a hidden list sorted", () => {
    const { wait, rooms } = start("ab");
    const list = openList();
    expect(rooms()).toBe("ab");
    list.fire("pointerenter");
    show("hidden");
    wait("b", 1);
    expect(rooms()).toBe("ba");
    show("visible");
    wait("b", 0);
    expect(rooms()).toBe("ba");
    list.stop();
  });
});

describe("as a user's rooms connect", () => {
  test("they are sorted once, after the last one", () => {
    const { wait, connect, rooms } = start("abc", "", "connecting");
    expect(rooms()).toBe("abc");
    connect("c");
    wait("c", 3);
    expect(rooms()).toBe("abc");
    connect("b");
    wait("b", 1, 1);
    expect(rooms()).toBe("abc");
    connect("a");
    expect(rooms()).toBe("bca");
  });

  test("one that does not answer keeps the others in their places for three seconds", () => {
    const { wait, connect, rooms } = start("abc", "", "connecting");
    connect("b");
    connect("c");
    wait("c", 3);
    expect(rooms()).toBe("abc");
    vi.advanceTimersByTime(2999);
    expect(rooms()).toBe("abc");
    vi.advanceTimersByTime(1);
    expect(rooms()).toBe("cab");
    wait("b", 3, 1);
    expect(rooms()).toBe("bca");
  });
});

describe("by the keys", () => {
  test("a user goes through the list in one order, although rooms are read on the way", () => {
    const { session, wait, find, rooms } = start("abc", "x");
    const press = (offset: 1 | -1, isForWaiting = false) => {
      switchConversation(session, offset, isForWaiting);
      const open = page.open?.value as { id: string };
      wait(open.id, 0);
      return open.id;
    };
    if (page.open !== null) page.open.value = find("a");
    wait("c", 2);
    wait("b", 1, 1);
    expect(rooms()).toBe("bca");
    expect([press(-1), press(-1), press(-1)]).toEqual(["c", "b", "x"]);
    expect([press(1), press(1)]).toEqual(["b", "c"]);
    expect(rooms()).toBe("bca");
    vi.advanceTimersByTime(3000);
    expect(rooms()).toBe("abc");
    // To those that wait alone.
    wait("x", 1);
    wait("b", 1);
    expect(rooms()).toBe("bac");
    expect([press(1, true), press(1, true)]).toEqual(["x", "b"]);
    expect(press(1, true)).toBe("b");
    if (page.open !== null) page.open.value = null;
    vi.advanceTimersByTime(3000);
  });
});
