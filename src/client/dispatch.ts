// Dispatch: passes each frame from the server to the part of the session that handles it.
import type {
  ErrorFrame,
  PresenceFrame,
  PrivateMessage,
  ServerFrame,
} from "../protocol/server-frames.ts";
import { ChatError, isTransient } from "./chat-error.ts";
import type { Session } from "./session.ts";

/** The minimum time before a full room is tried again. */
const ROOM_FULL_RETRY_MS = 5000;
/**
 * The time before a refused request is sent again, if the server gives none.
 */
const DEFAULT_RETRY_MS = 1000;

/** Handles one frame of the room's connection. */
export function dispatch(session: Session, frame: ServerFrame): void {
  const { historySync, memberList, requests, sender, account } = session;
  if (frame.type === "welcome") {
    session.onWelcome(frame);
    return;
  }
  if (frame.type === "error") {
    onError(session, frame);
    return;
  }
  if (session.connection.state !== "connected") return;
  switch (frame.type) {
    case "history":
      if (historySync.isFirstPageNext) historySync.onPage(frame);
      else requests.onReply(frame);
      break;
    case "message":
      historySync.onRoomEvent(frame);
      break;
    case "ack":
      sender.onAck(frame);
      break;
    case "private":
      onPrivateMessage(session, frame);
      break;
    case "joined":
    case "left":
      onPresence(session, frame);
      break;
    case "members":
      requests.onReply(frame);
      break;
    case "count":
      memberList.setCount(frame.count);
      session.emitMembers();
      break;
    case "typing":
      account.learnUser(frame.username, frame.user);
      session.emit(frame);
      break;
    case "reset":
      historySync.onReset(frame.epoch, frame.seq);
      break;
    case "registered":
    case "released":
    case "rotated":
    case "blocked":
      session.emit(account.applyAccountFrame(frame));
      requests.onReply(frame);
      break;
    case "help":
    case "pong":
      break;
    default:
      frame satisfies never;
  }
}

function onPresence(session: Session, frame: PresenceFrame): void {
  const { account, memberList } = session;
  const { type, user, username } = frame;
  if (user === account.user) return;
  if (type === "joined") {
    account.learnUser(username, user);
    memberList.addMember(username);
  } else memberList.removeMember(username);
  session.emit({ ...frame, type });
  session.emitMembers();
}

function onPrivateMessage(session: Session, message: PrivateMessage): void {
  const { account } = session;
  const status = account.mailCursor.receive(message, session.allMail);
  if (message.user === account.user)
    for (const room of account.rooms) room.onOwnCopy(message);
  else if (status === "new") account.learnUser(message.username, message.user);
  if (status !== "duplicate") account.onPrivate(message, status === "replay");
}

function onError(session: Session, frame: ErrorFrame): void {
  const { connection, sender, requests, account } = session;
  const { code, message, retryAfter, reason } = frame;
  const error = new ChatError(code, message, retryAfter, reason);
  if (connection.state !== "connected") {
    // The error answers the join.
    if (code === "username_taken" && account.switchSecret(session.token))
      connection.startAttempt();
    else if (isTransient(code)) connection.reconnectLater(error);
    else if (code === "room_full")
      connection.reconnectLater(
        new ChatError(code, message, ROOM_FULL_RETRY_MS),
      );
    else connection.fail(error);
    return;
  }
  if (code === "unauthorized" && account.canRenewToken) {
    // The token has expired. The outbox is checked after the next join.
    connection.reconnectLater(error);
    return;
  }
  if (sender.onError(frame)) return;
  if (isTransient(code)) {
    const waitMs = retryAfter ?? DEFAULT_RETRY_MS;
    if (requests.requeue()) {
      account.environment.after(waitMs, () => {
        requests.unpause();
        session.advance();
      });
      return;
    }
  }
  const request = requests.onError(error);
  if (request === undefined) session.emit({ type: "error", error });
  // The session cannot work without the answer to this request.
  else if (request.onError === undefined) connection.reconnectLater(error);
}
