// What each frame from the server means, once the room has been joined.
import type {
  ErrorFrame,
  PresenceFrame,
  PrivateMessage,
  ServerFrame,
} from "../protocol/server-frames.ts";
import { ChatError, isTransient } from "./chat-error.ts";
import type { Session } from "./session.ts";

/** A full room is tried again after so many ms, and more. */
const ROOM_FULL_RETRY_MS = 5000;
/** A question refused without a time is asked again after so many ms. */
const DEFAULT_RETRY_MS = 1000;

/** Takes a frame to whom it concerns. */
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
    // The answer to the join.
    if (code === "username_taken" && account.switchSecret(session.token))
      connection.connect();
    else if (isTransient(code)) connection.reconnectLater(error);
    else if (code === "room_full")
      connection.reconnectLater(
        new ChatError(code, message, ROOM_FULL_RETRY_MS),
      );
    else connection.fail(error);
    return;
  }
  if (code === "unauthorized" && account.canRenewToken) {
    // It has ended; what was on its way is settled once there is another.
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
  // Without it this connection is of no use.
  else if (request.onError === undefined) connection.reconnectLater(error);
}
