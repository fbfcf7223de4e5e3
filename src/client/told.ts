// What each frame from the server means, once the room has been joined.
import type {
  ErrorFrame,
  PresenceFrame,
  PrivateMessage,
  ServerFrame,
} from "../protocol/server-frames.ts";
import { ChatError, isPassing } from "./chat-error.ts";
import type { Session } from "./session.ts";

/** A full room is tried again after so many ms, and more. */
const FULL_MS = 5000;
/** A question refused without a time is asked again after so many ms. */
const AGAIN_MS = 1000;

/** Takes a frame to whom it concerns. */
export function told(session: Session, frame: ServerFrame): void {
  const { reading, roster, asks, sending, person } = session;
  if (frame.type === "welcome") {
    session.welcome(frame);
    return;
  }
  if (frame.type === "error") {
    refused(session, frame);
    return;
  }
  if (session.connection.state !== "live") return;
  switch (frame.type) {
    case "history":
      if (reading.isPageNext) reading.page(frame);
      else asks.answered(frame);
      break;
    case "message":
      reading.event(frame);
      break;
    case "ack":
      sending.acked(frame);
      break;
    case "private":
      mail(session, frame);
      break;
    case "joined":
    case "left":
      presence(session, frame);
      break;
    case "members":
      asks.answered(frame);
      break;
    case "count":
      roster.setCount(frame.count);
      session.emitMembers();
      break;
    case "typing":
      person.met(frame.username, frame.user);
      session.emit(frame);
      break;
    case "reset":
      reading.reset(frame.epoch, frame.seq);
      break;
    case "registered":
    case "released":
    case "rotated":
    case "blocked":
      session.emit(person.did(frame));
      asks.answered(frame);
      break;
    case "help":
    case "pong":
      break;
    default:
      frame satisfies never;
  }
}

function presence(session: Session, frame: PresenceFrame): void {
  const { person, roster } = session;
  const { type, user, username } = frame;
  if (user === person.user) return;
  if (type === "joined") person.met(username, user);
  roster[type](username);
  session.emit({ ...frame, type });
  session.emitMembers();
}

function mail(session: Session, message: PrivateMessage): void {
  const { person } = session;
  const taken = person.mail.take(message, session.allMail);
  if (message.user === person.user)
    for (const room of person.rooms) room.copied(message);
  else if (taken === "new") person.met(message.username, message.user);
  if (taken !== "known") person.heard(message, taken === "past");
}

function refused(session: Session, frame: ErrorFrame): void {
  const { connection, sending, asks, person } = session;
  const { code, message, retryAfter, reason } = frame;
  const error = new ChatError(code, message, retryAfter, reason);
  if (connection.state !== "live") {
    // The answer to the join.
    if (code === "username_taken" && person.triesOther(session.token))
      connection.start();
    else if (isPassing(code)) connection.fail(error);
    else if (code === "room_full")
      connection.fail(new ChatError(code, message, FULL_MS));
    else connection.refuse(error);
    return;
  }
  if (code === "unauthorized" && person.renews) {
    // It has ended; what was on its way is settled once there is another.
    connection.fail(error);
    return;
  }
  if (sending.refused(frame)) return;
  if (isPassing(code)) {
    const wait = retryAfter ?? AGAIN_MS;
    if (asks.again()) {
      person.environment.after(wait, () => {
        asks.unpause();
        session.advance();
      });
      return;
    }
  }
  const asked = asks.failed(error);
  if (asked === undefined) session.emit({ type: "error", error });
  // Without it this connection is of no use.
  else if (asked.failed === undefined) connection.fail(error);
}
