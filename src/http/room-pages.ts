// Room pages: reads the registry of rooms by pages, in all of its objects one after the other, so that a visitor with a cursor sees every room.
import type { Address } from "../core/shared/contract.ts";
import {
  nextCursor,
  REGISTRY_SHARDS,
  REGISTRY_START,
  type RegisteredRoom,
  type RegistryCursor,
  type RoomList,
  registryName,
} from "../core/shared/registry-requests.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { withDeadline } from "./deadline.ts";

/** The objects that are asked at once, and for one page. */
const AT_ONCE = 16;
const OBJECTS_MAX = 64;
/** How long one of them may take, ms. */
const ANSWER_MS = 5000;

type AskObject = (to: Address, ops: readonly Op[]) => Promise<readonly Reply[]>;

export interface RoomPage {
  /** Fewer than were asked for, or none, also before the last page. */
  readonly rooms: readonly RegisteredRoom[];
  /** Where the next page begins; null: these are the last rooms. */
  readonly next: RegistryCursor | null;
}

export interface RoomPageQuery {
  /** Only rooms whose names begin so; absent: all. */
  readonly prefix?: string | undefined;
  /** `next` of the page before; absent: the first page. */
  readonly from?: RegistryCursor | undefined;
  /** At most `REGISTRY_PAGE_MAX`. */
  readonly limit: number;
}

/**
 * Reads one page. A room that enters the registry meanwhile may be missing.
 *
 * @param objectName names an object of the registry: of rooms, or of names
 * @returns null if a part of the registry does not answer
 */
export async function readRoomPage(
  ask: AskObject,
  { prefix = "", from = REGISTRY_START, limit }: RoomPageQuery,
  objectName = registryName,
): Promise<RoomPage | null> {
  const rooms: RegisteredRoom[] = [];
  const end = Math.min(from.shard + OBJECTS_MAX, REGISTRY_SHARDS);
  let next: RegistryCursor | null = from;
  while (next !== null && next.shard < end && rooms.length < limit) {
    const start: RegistryCursor = next;
    const left = limit - rooms.length;
    const count = Math.min(AT_ONCE, end - start.shard);
    const lists = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        readPart(ask, objectName(start.shard + i), {
          ...{ type: "rooms", prefix, limit: left },
          after: i === 0 ? start.after : "",
        }),
      ),
    );
    for (const list of lists) {
      if (list === null) return null;
      const taken = list.rooms.slice(0, limit - rooms.length);
      const more = list.more || taken.length < list.rooms.length;
      rooms.push(...taken);
      next = nextCursor(next ?? start, taken, more);
      if (more) break;
    }
  }
  return { rooms, next };
}

async function readPart(
  ask: AskObject,
  name: string,
  op: Extract<Op, { type: "rooms" }>,
): Promise<RoomList | null> {
  const to = { kind: "service", name } as const;
  const replies = await withDeadline(ask(to, [op]), ANSWER_MS);
  const reply = replies?.[0];
  return reply?.type === "rooms" ? reply : null;
}
