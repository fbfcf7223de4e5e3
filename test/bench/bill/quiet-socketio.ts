// Quiet Socket.IO clients: measures what an hour of one costs, whose WebSocket a Worker holds while its room sleeps.
import { joinNew } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import { CONTENDERS } from "../servers/contenders.ts";
import { MeteredServer } from "./metered-server.ts";
import { type Cost, costOfWorker } from "./prices.ts";

/** Pings are all that happens, so an hour of them passes sooner. */
const PING_SECONDS = 1;
const PINGS_IN_AN_HOUR = 3600 / 25;
const SETTINGS = { SOCKETIO_PING_SECONDS: PING_SECONDS };
const CLIENTS = 200;

/** @returns the cost of one client for an hour */
export async function quietSocketIo(seconds: number): Promise<Cost> {
  const metered = await MeteredServer.open(SETTINGS);
  try {
    const { dialect } = CONTENDERS.bridge;
    const meeting = { ...metered.meeting, dialect };
    await joinNew(meeting, "bill-socketio", CLIENTS);
    await pause(1000);
    return await metered.costBy(costOfWorker, async () => {
      await pause(seconds * 1000);
      return (CLIENTS * seconds) / PING_SECONDS / PINGS_IN_AN_HOUR;
    });
  } finally {
    await metered.server.stop();
  }
}
