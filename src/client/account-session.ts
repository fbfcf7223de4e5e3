// Account session: defines the part of a room's session that the account of the user knows.
import type { ChatError } from "./chat-error.ts";
import type { ChatState } from "./events.ts";
import type { ReadMarker } from "./read-marker.ts";
import type { SendPlace } from "./sender.ts";

/** The session of one room, as the account sees it. */
export interface AccountSession extends SendPlace {
  /** The room in the server's spelling. */
  readonly key: string;
  readonly state: ChatState;
  readonly readMarker: ReadMarker;
  /** Sends the requests and messages that are due. */
  sendDue(): void;
  /** The pending messages to the room have changed. */
  onPendingChange(): void;
  /** The changes in the room that have no ack are others now. */
  onChanges(error?: ChatError): void;
  /** Messages were taken over. Some may have arrived. */
  onAdopted(): void;
  /** The network or the page is back. */
  onWake(): void;
}
