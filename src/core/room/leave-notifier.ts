// Leave notifier: a room tells the directory that a user left, and retries where the directory did not answer.
import type { Calls } from "../shared/calls.ts";
import type { Leave } from "../shared/directory-requests.ts";
import { ReliableCall, ReliableCalls } from "../shared/reliable-calls.ts";
import type { Schedule } from "../shared/schedule.ts";

/** The room whose users leave. */
export interface LeaveNotifierRoom {
  readonly name: string;
  readonly calls: Calls;
  readonly schedule: Schedule;
}

export interface PendingLeave {
  readonly key: string;
  readonly identity: string;
  readonly version: number;
  /** How far the user has read, if the directory does not know it. */
  readonly marks: LeaveMarks;
}

/** With the epoch of the claim that the marks are of. */
export type LeaveMarks = Pick<
  Leave,
  "read" | "mailRead" | "epoch" | "withoutVisit"
>;

/** After five attempts the directory finds out by its own challenges. */
const POLICY = {
  attemptsMax: 5,
  retryDelayMs: 2000,
  retryDelayMaxMs: 2000,
  safetyMs: null,
};

/** @param newest a version that the directory knows, above this leave's */
type OnOutdated = (newest: number, now: number) => void;

class LeaveCall extends ReliableCall {
  readonly op: Leave;
  readonly outdated: OnOutdated;

  constructor(key: string, op: Leave, outdated: OnOutdated) {
    super({ kind: "directory", name: key });
    this.op = op;
    this.outdated = outdated;
  }
}

export class LeaveNotifier {
  readonly #room: LeaveNotifierRoom;
  readonly #calls: ReliableCalls<LeaveCall>;

  constructor(room: LeaveNotifierRoom) {
    this.#room = room;
    this.#calls = new ReliableCalls({
      calls: room.calls,
      schedule: room.schedule,
      ...{ name: "leave retries", clock: "timer", policy: POLICY },
      handler: {
        op: (call) => call.op,
        done(call, reply, now) {
          if (reply?.type === "done" && reply.newest !== undefined)
            call.outdated(reply.newest, now);
        },
      },
    });
  }

  notify(leave: PendingLeave, outdated: OnOutdated): void {
    const { key, identity, version, marks } = leave;
    const room = this.#room.name;
    const op = { type: "leave", identity, room, version, ...marks } as const;
    // The time is for a safety alarm, and this policy has none.
    this.#calls.send(new LeaveCall(key, op, outdated), 0);
  }
}
