// The door: a name, a room, in.
import { signal } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { readRoomName, readUsername } from "../../protocol/names.ts";
import { begin, enter, go, route, wishes } from "../app-state.ts";
import { embedder } from "../embedding.ts";
import { currentName, knownNames, SECRET_MIN, setSecret } from "../identity.ts";
import { texts } from "../language.ts";
import { keptRooms, type Talk } from "../talk.ts";
import { explain, span } from "../wording.ts";
import { Avatar } from "./avatar.tsx";
import { LanguageChoice } from "./language-choice.tsx";

interface Wrong {
  readonly code: string;
  readonly message: string;
  readonly retryAfter?: number | undefined;
}

let isWishDone = wishes.username === null;

/** What is typed stays while one goes in and out. */
const name = signal(wishes.username ?? "");
const room = signal("");
const key = signal("");

export function Door() {
  const t = texts.value;
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [attempt, setAttempt] = useState<Talk | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const roomField = useRef<HTMLInputElement>(null);
  const asked = route.value.kind === "room" ? route.value.room : "";

  useEffect(() => {
    if (asked !== "") room.value = asked;
  }, [asked]);
  useEffect(() => {
    if (name.value === "") name.value = currentName() ?? "";
    (name.value === "" ? nameField : roomField).current?.focus();
    // Whoever embeds the page has said who it is for: once.
    if (embedder === "" || isWishDone || name.value === "" || asked === "")
      return;
    isWishDone = true;
    join(name.value, asked);
  }, []);

  const refuse = (reason: Wrong, field: HTMLInputElement | null) => {
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
    if (secret !== "" && secret.length < SECRET_MIN)
      return refuse({ code: "bad_key", message: t.badKey }, null);
    if (secret !== "") setSecret(username, secret);
    const next = begin(username, where);
    if (next === null) return;
    setAttempt(next);
    try {
      await next.rooms.value[0]?.chat.ready();
    } catch (error) {
      setAttempt(null);
      await next.stop();
      refuse(wrongOf(error), nameField.current);
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
            autocomplete="off"
          />
        </details>
      </form>
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
  readonly wrong: Wrong | null;
  readonly attempt: Talk | null;
}) {
  const { wrong, attempt } = props;
  const t = texts.value;
  const isLost = attempt?.line.value.state === "offline";
  return (
    <div role="alert" class="reason" data-error={wrong?.code}>
      {wrong !== null && <p>{wordsFor(wrong)}</p>}
      {isLost && <p>{t.notReached}</p>}
    </div>
  );
}

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

function wordsFor(wrong: Wrong): string {
  const { code, retryAfter } = wrong;
  return code === "username_taken" && retryAfter !== undefined
    ? texts.value.takenWait(span(retryAfter, texts.value))
    : explain(wrong, texts.value);
}

function wrongOf(error: unknown): Wrong {
  const { code, message, retryAfter } = error as Partial<Wrong>;
  return { code: code ?? "", message: message ?? "", retryAfter };
}
