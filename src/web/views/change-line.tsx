// Change line: tells in the talk who has moderated whom, why and until when, and who has changed the topic.
import type { ComponentChildren } from "preact";
import { texts, timeFormat } from "../i18n.ts";
import type { RoomChange } from "../message-rows.ts";
import { changeSentence } from "../moderation-words.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { PersonName } from "./person-name.tsx";

/** Stand for the names while the words around them are looked up. */
const [BY, NAME] = ["\ufffc", "\ufffd"];

interface ChangeLineProps {
  readonly session: UserSession;
  readonly event: RoomChange;
}

export function ChangeLine({ session, event }: ChangeLineProps) {
  const tt = toolTexts.value;
  const words = { t: texts.value, tt, time: timeFormat.value };
  const { target, reason } = { target: undefined, reason: undefined, ...event };
  const sentence = changeSentence(event, BY, NAME, Date.now(), words);
  const shown: Readonly<Record<string, ComponentChildren>> = {
    [BY]: (
      <PersonName
        name={event.username}
        person={session.people.of(event.user)}
      />
    ),
    [NAME]:
      target === undefined ? (
        tt.somebody
      ) : (
        <PersonName
          name={target.username}
          person={session.people.of(target.user)}
        />
      ),
  };
  const parts = sentence.split(new RegExp(`([${BY}${NAME}])`));
  return (
    <p class="divider muted" data-row="change" data-action={actionOf(event)}>
      {parts.map((part, index) => {
        const person = shown[part];
        return <span key={index}>{person ?? part}</span>;
      })}{" "}
      {reason !== undefined && <bdi>{tt.reasonIs(reason)}</bdi>}
    </p>
  );
}

function actionOf(event: RoomChange): string {
  return event.type === "topic" ? event.type : event.action;
}
