// Receipts: define the types of the options of what an app sends, and of the answers.
import type { PrivateAck, RoomAck } from "../protocol/server-frames.ts";

export interface SendOptions<Data = unknown> {
  /**
   * 1 to 64 printable ASCII characters, another one for each message. The
   * message is stored once, even if it is sent again under its id. Default: 32
   * random characters.
   */
  readonly id?: string | undefined;
  /**
   * Any JSON of the app, for the apps of the recipients: at most 4,096 bytes.
   * It is stored with the message.
   */
  readonly data?: Data;
}

export interface RoomSendOptions<Data = unknown> extends SendOptions<Data> {
  /** The `seq` of the message that this one answers. */
  readonly replyTo?: number | undefined;
  /** The `seq` of the first message of a thread: the message belongs to it. */
  readonly thread?: number | undefined;
  /** The log in which these are numbers. Default: the present one. */
  readonly epoch?: string | undefined;
}

export interface EditOptions<Data = unknown> {
  /** Replaces the data of the message. Default: it stays. */
  readonly data?: Data;
}

/** A message that is being sent: a promise of its receipt, and its id. */
export type SentMessage<Receipt> = Promise<Receipt> & {
  readonly id: string;
};

/** The result of `send`: the message is stored, and goes to all members. */
export interface RoomReceipt extends RoomAck {
  id: string;
}

/** The result of `sendPrivate`: the message is in the recipient's mailbox. */
export interface PrivateReceipt extends Omit<PrivateAck, "delivered"> {
  id: string;
  /** Absent if the ack was lost, and a copy shows that the message arrived. */
  delivered?: boolean;
}
