// Left rooms: keeps the rooms that the user has left in this browser, which the list of rooms does not bring back.
import { userKey } from "./identity.ts";
import { deviceStore, parseStringList } from "./local-store.ts";

/** The server's list of a user's rooms is as long. */
const ROOMS_MAX = 500;

/** A room of them that is joined again is in the list by itself. */
export function leftRooms(name: string): string[] {
  return parseStringList(deviceStore.get(userKey("left", name)));
}

export function noteLeft(name: string, room: string): void {
  const others = leftRooms(name).filter((one) => one !== room);
  deviceStore.set(
    userKey("left", name),
    JSON.stringify([...others, room].slice(-ROOMS_MAX)),
  );
}
