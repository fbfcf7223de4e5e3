// Switcher dialog: goes to a room or a person by a part of the name, or joins a room.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { completionOptionId } from "../completion-id.ts";
import { texts } from "../i18n.ts";
import { nameKey } from "../name-key.ts";
import {
  goTo,
  mayJoinRooms,
  type OpenableTarget,
  switchTargets,
} from "../switch-targets.ts";
import { keepOrder, type SwitchOption, switchOptions } from "../switcher.ts";
import { toolTexts } from "../tool-texts.ts";
import { formatCount } from "../unread.ts";
import type { UserSession } from "../user-session.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { PersonName } from "./person-name.tsx";

/** The key code of every key press that an input method takes. */
const IME_KEY_CODE = 229;

export function SwitcherDialog({ session }: { readonly session: UserSession }) {
  const t = toolTexts.value;
  const id = useId();
  const list = `${id}-list`;
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const fold = useFolding();
  const options = useOptions(session, typed, fold);
  const index = Math.max(...[0, options.findIndex((one) => one.id === chosen)]);
  const active = options[index];
  useEffect(() => {
    document
      .getElementById(completionOptionId(list, index))
      ?.scrollIntoView({ block: "nearest" });
  }, [list, index, active?.id]);
  return (
    <form
      class="switcher"
      onSubmit={(event) => {
        event.preventDefault();
        if (active !== undefined) goTo(active);
      }}
    >
      <div class="field">
        <label for={id}>{t.switcherField}</label>
        <input
          id={id}
          dir="auto"
          role="combobox"
          aria-expanded={active !== undefined}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={
            active === undefined ? undefined : completionOptionId(list, index)
          }
          value={typed}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setChosen(null);
          }}
          onKeyDown={(event) => {
            const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
            if (event.isComposing || event.keyCode === IME_KEY_CODE) {
              // Enter takes the word of the input method.
              if (key === "Enter") event.preventDefault();
              return;
            }
            const step = { ArrowUp: -1, ArrowDown: 1 }[key];
            if (step === undefined || altKey || ctrlKey || metaKey || shiftKey)
              return;
            event.preventDefault();
            const next = (index + step + options.length) % options.length;
            setChosen(options[next]?.id ?? null);
          }}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          enterkeyhint="go"
        />
      </div>
      {/* The field tells the option itself, as the active descendant. */}
      <p
        class={active === undefined ? "hint" : "visually-hidden"}
        role="status"
      >
        {active === undefined
          ? t.switcherNothing
          : t.switcherCount(options.length)}
      </p>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field */}
      <div
        class="switcher-list"
        role="listbox"
        id={list}
        aria-label={t.switcher}
        hidden={active === undefined}
        // The field keeps the focus.
        onPointerDown={(event) => event.preventDefault()}
        onMouseDown={(event) => event.preventDefault()}
        onClick={({ target }) => {
          const option = options[indexOf(target)];
          if (option !== undefined) goTo(option);
        }}
      >
        {options.map((option, n) => (
          <div
            key={option.id}
            class="row"
            id={completionOptionId(list, n)}
            role="option"
            tabIndex={-1}
            aria-selected={n === index}
            data-index={n}
            data-kind={option.kind}
          >
            <OptionContent option={option} />
          </div>
        ))}
      </div>
    </form>
  );
}

function OptionContent({
  option,
}: {
  readonly option: SwitchOption<OpenableTarget>;
}) {
  const t = texts.value;
  if (option.kind === "join")
    return (
      <>
        <Icon name="plus" />
        <span class="label">{toolTexts.value.joinRoom(option.name)}</span>
      </>
    );
  const { name, person, unread, mentions } = option;
  return (
    <>
      {person === null ? (
        <span class="hash" aria-hidden="true" />
      ) : (
        <Avatar name={name} person={person} />
      )}
      <span class="label" title={name}>
        {person === null ? (
          <bdi>{name}</bdi>
        ) : (
          <PersonName name={name} person={person} />
        )}
      </span>
      {unread > 0 && (
        <>
          <span class="visually-hidden">
            , {t.unread(unread)}
            {mentions > 0 && `, ${t.mentions(mentions)}`}
          </span>
          <span
            class={
              mentions > 0 || person !== null ? "badge important" : "badge"
            }
            aria-hidden="true"
          >
            {formatCount(unread)}
          </span>
        </>
      )}
    </>
  );
}

/** The options, in the order that they had when the user typed. */
function useOptions(
  session: UserSession,
  typed: string,
  fold: (text: string) => string,
): SwitchOption<OpenableTarget>[] {
  const shown = useRef<{ typed: string; ids: readonly string[] } | null>(null);
  const query = { typed, fold, mayJoin: mayJoinRooms };
  const found = switchOptions(switchTargets(session), query);
  const options =
    shown.current?.typed === typed
      ? keepOrder(found, shown.current.ids)
      : found;
  shown.current = { typed, ids: options.map(({ id }) => id) };
  return options;
}

/** The folding of names, once it is loaded; before that it is a simple one. */
function useFolding(): (text: string) => string {
  const [{ fold }, setFolding] = useState({ fold: nameKey });
  useEffect(() => {
    import("../text-keys.ts").then(
      ({ foldSearch }) => setFolding({ fold: foldSearch }),
      // Without a network the simple one stays.
      () => undefined,
    );
  }, []);
  return fold;
}

/** The index of the option under the pointer; -1: there is none. */
function indexOf(target: EventTarget | null): number {
  const option =
    target instanceof Element
      ? target.closest<HTMLElement>("[data-index]")
      : null;
  return Number(option?.dataset.index ?? -1);
}
