// The door: a name, a room, in.
import { signal } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { readRoomName, readUsername } from "../../protocol/names.ts";
import { begin, enter, go, route, wishes } from "../app-state.ts";
import { embedder } from "../embedding.ts";
import { currentName, isSecret, knownNames, setSecret } from "../identity.ts";
import { texts } from "../language.ts";
import { loadServerConfig, takesGuests } from "../server-config.ts";
import { keptRooms, type Talk } from "../talk.ts";
import { explain, type Failure, KEPT_KEY } from "../wording.ts";
import { Avatar } from "./avatar.tsx";
import { LanguageChoice } from "./language-choice.tsx";

let isWishDone = wishes.username === null;

/** What is typed stays while one goes in and out. */
const name = signal(wishes.username ?? "");
const room = signal("");
const key = signal("");

export function Door() {
  const t = texts.value;
  const [wrong, setWrong] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState<Talk | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const roomField = useRef<HTMLInputElement>(null);
  const keyField = useRef<HTMLInputElement>(null);
  const asked = route.value.kind === "room" ? route.value.room : "";

  useEffect(() => {
    if (asked !== "") room.value = asked;
  }, [asked]);
  useEffect(() => {
    loadServerConfig();
    if (name.value === "") name.value = currentName() ?? "";
    (name.value === "" ? nameField : roomField).current?.focus();
    // Whoever embeds the page has said who it is for: once.
    if (embedder === "" || isWishDone || name.value === "" || asked === "")
      return;
    isWishDone = true;
    join(name.value, asked);
  }, []);

  const refuse = (reason: Failure, field: HTMLInputElement | null) => {
    setWrong(reason);
    field?.focus();
  };

  const join = async (typedName: string, typedRoom: string) => {
    setWrong(null);
    await attempt?.stop();
    setAttempt(null);
    const username = readUsername(typedName.trim());
    if (username === null)
      return refuse({ code: "bad_username", message: "" }, nameField.current);
    const where = readRoomName(typedRoom.trim());
    if (where === null)
      return refuse({ code: "bad_room", message: "" }, roomField.current);
    const secret = key.value.trim();
    if (secret !== "" && !isSecret(secret))
      return refuse({ code: "bad_key", message: t.badKey }, keyField.current);
    const putBack = secret === "" ? () => {} : setSecret(username, secret);
    const next = begin(username, where);
    if (next === null) return;
    setAttempt(next);
    try {
      await next.rooms.value[0]?.chat.ready();
    } catch (error) {
      setAttempt(null);
      await next.stop();
      putBack();
      const reason = wrongOf(error, secret !== "");
      if (reason.reason === "no_guests") takesGuests.value = false;
      refuse(reason, isOfRoom(reason) ? roomField.current : nameField.current);
      return;
    }
    key.value = "";
    next.keepRooms();
    enter(next);
    if (route.value.kind !== "peer") go({ kind: "room", room: where });
  };

  return (
    <main class="door" data-view="door">
      <header>
        <img src="icon.svg" alt="" width="48" height="48" />
        <h1>edge-chat</h1>
        <p>{t.tagline}</p>
      </header>
      {takesGuests.value ? (
        <>
          <Again join={join} askRoom={() => roomField.current?.focus()} />
          <form
            onSubmit={(event) => {
              event.preventDefault();
              join(name.value, room.value);
            }}
            noValidate
          >
            <Field
              {...{ label: t.yourName, hint: t.nameHint, value: name }}
              field={nameField}
              autocomplete="nickname"
            />
            <Field
              {...{ label: t.room, hint: t.roomHint, value: room }}
              field={roomField}
              autocomplete="off"
            />
            <Reason wrong={wrong} attempt={attempt} />
            <button type="submit" class="main">
              {attempt === null ? t.join : t.joining}
            </button>
            <details>
              <summary>{t.otherDevice}</summary>
              <Field
                {...{ label: t.keyOfName, hint: t.keyHint, value: key }}
                field={keyField}
                autocomplete="off"
              />
            </details>
          </form>
        </>
      ) : (
        <p role="status" data-error="no_guests">
          {t.noGuests}
        </p>
      )}
      <LanguageChoice />
    </main>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: { value: string };
  readonly autocomplete: string;
  readonly field?: preact.RefObject<HTMLInputElement | null>;
}

function Field({ label, hint, value, autocomplete, field }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={field ?? null}
        dir="auto"
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
        aria-describedby={`${id}-hint`}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="go"
      />
      <small id={`${id}-hint`}>{hint}</small>
    </div>
  );
}

/** What is wrong, or what keeps one waiting. */
function Reason(props: {
  readonly wrong: Failure | null;
  readonly attempt: Talk | null;
}) {
  const { wrong, attempt } = props;
  const t = texts.value;
  const { state, reason } = attempt?.line.value ?? {};
  const isLost = state === "reconnecting";
  const isReached = !UNREACHED.has(reason?.code ?? "");
  return (
    <div role="alert" class="reason" data-error={wrong?.code}>
      {wrong !== null && <p>{explain(wrong, t)}</p>}
      {isLost && !isReached && <p>{t.notReached}</p>}
      {isLost && isReached && reason && (
        <p data-waits={reason.code}>{explain(reason, t)}</p>
      )}
    </div>
  );
}

/** With these nobody has answered yet. */
const UNREACHED = new Set(["", "connection_lost", "no_answer", "closed"]);

interface AgainProps {
  join(name: string, room: string): void;
  /** It is not known into which. */
  askRoom(): void;
}

/** For who was here before. */
function Again({ join, askRoom }: AgainProps) {
  const names = knownNames();
  if (names.length === 0) return null;
  return (
    <ul class="again">
      {names.map((known) => (
        <li key={known}>
          <button
            type="button"
            onClick={() => {
              name.value = known;
              const where = room.value || (keptRooms(known)[0] ?? "");
              room.value = where;
              if (where === "") askRoom();
              else join(known, where);
            }}
          >
            <Avatar name={known} />
            <span>{texts.value.continueAs(known)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Another name would not help. */
function isOfRoom({ code, reason = "" }: Failure): boolean {
  const ofRoom = ["room_private", "room_not_in_token", "no_such_room"];
  return code === "bad_room" || ofRoom.includes(reason);
}

/** @param isTyped was a key entered? Otherwise it is the one that is kept */
function wrongOf(error: unknown, isTyped: boolean): Failure {
  const { code = "", message = "", ...more } = error as Partial<Failure>;
  const { reason, retryAfter } = more;
  const isKept = code === "unauthorized" && reason === undefined && !isTyped;
  return {
    ...{ code, message, retryAfter },
    reason: isKept ? KEPT_KEY : reason,
  };
}
