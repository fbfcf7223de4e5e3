// Requests: a room answers the questions of directories and of the host by callback, now or in a later event.
import { toRefused } from "../shared/refusal.ts";
import { NO_ROOM } from "../shared/room-access.ts";
import type { Op, Reply } from "../shared/rpc.ts";
import { changeAs } from "./change-as.ts";
import type { RoomContext } from "./context.ts";
import { eraseInRoom } from "./erase-user.ts";
import { readEndpoints, replayEvents } from "./event-replay.ts";
import { deliverMail, deliverNotice } from "./inbound-mail.ts";
import { evict, presenceState } from "./leave.ts";
import { importStep } from "./log-import.ts";
import { moderateAs, moderateByPerson } from "./moderate-as.ts";
import { publish } from "./publish.ts";
import { publishAs } from "./publish-as.ts";
import {
  readerRefusal,
  readMembers,
  readMessages,
  roomInfo,
} from "./queries.ts";
import { reactAs } from "./react-as.ts";
import { readAs } from "./read-as.ts";
import { closeReportAs, readReportsAs } from "./reports-as.ts";
import { closeRoom } from "./room-closing.ts";
import { dumpRoom, loadRoom } from "./room-dump.ts";
import { readFigures } from "./room-figures.ts";
import { searchFor } from "./search-as.ts";
import { readUnread } from "./unread.ts";

/** @param answer is called once; an answer may wait for a flush */
export function answerRequest(
  context: RoomContext,
  op: Op,
  now: number,
  answer: (reply: Reply) => void,
): void {
  switch (op.type) {
    case "deliver":
      answer(deliverMail(context, op));
      break;
    case "challenge":
      answer({ type: "found", state: presenceState(context, op) });
      break;
    case "evict":
      answer(evict(context, op, now));
      break;
    case "notice":
      answer(deliverNotice(context, op, now));
      break;
    case "unread":
      answer(readUnread(context, op, now));
      break;
    case "info":
      answer(readerRefusal(context, op, now) ?? roomInfo(context));
      break;
    case "messages":
      answer(readerRefusal(context, op, now) ?? readMessages(context, op));
      break;
    case "search":
      searchFor(context, op, now, answer);
      break;
    case "read-as":
      readAs(context, op, now, answer);
      break;
    case "members":
      answer(readMembers(context, op));
      break;
    case "publish":
      publish(context, op, now, answer);
      break;
    case "change-as":
      changeAs(context, op, now, answer);
      break;
    case "publish-as":
      publishAs(context, op, now, answer);
      break;
    case "react-as":
      reactAs(context, op, now, answer);
      break;
    case "moderate":
      moderateAs(context, op, now, answer);
      break;
    case "moderate-as":
      moderateByPerson(context, op, now, answer);
      break;
    case "reports":
      answer(readReportsAs(context, op, now));
      break;
    case "close-report":
      closeReportAs(context, op, now, answer);
      break;
    case "endpoints":
      answer(readEndpoints(context));
      break;
    case "replay":
      answer(replayEvents(context, op));
      break;
    case "figures":
      answer(readFigures(context, op));
      break;
    case "close-room":
      answer(closeRoom(context, op, now));
      break;
    case "erase-in-room":
      answer(eraseInRoom(context, op, now));
      break;
    case "delete-room":
      // The room itself deletes one that is there.
      answer(toRefused(NO_ROOM));
      break;
    case "dump":
      answer(dumpRoom(context));
      break;
    case "load-room":
      answer(loadRoom(context, op, now));
      break;
    case "import-log":
      answer(importStep(context, op, now));
      break;
    default:
      // A newer release has questions that this one does not know.
      answer({ type: "refused", code: "unsupported" });
  }
}
