// Completion list: shows the names, emoji or commands for the word in the field; keys, pointer and finger choose one.
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { personIn, takeOption } from "../complete-draft.ts";
import { completionOptionId } from "../completion-id.ts";
import type { ComposerState } from "../composer-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { Avatar } from "./avatar.tsx";
import { PersonName } from "./person-name.tsx";

interface CompletionListProps {
  readonly state: ComposerState;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** The id of the list. */
  readonly id: string;
}

export function CompletionList({ state, field, id }: CompletionListProps) {
  const t = toolTexts.value;
  const open = state.completion.value;
  const active = open?.active ?? -1;
  useEffect(() => {
    document
      .getElementById(completionOptionId(id, active))
      ?.scrollIntoView({ block: "nearest" });
  }, [id, active]);
  const count = open?.options.length ?? 0;
  return (
    <>
      {/* The field tells the option itself, as the active descendant. */}
      <p class="visually-hidden" role="status">
        {open !== null && t.suggestionCount(count)}
      </p>
      {open !== null && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
        <div
          class="completion-list"
          role="listbox"
          id={id}
          aria-label={t.suggestions}
          data-kind={open.kind}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onMouseDown={(event) => event.preventDefault()}
          onClick={({ target }) => {
            const option = open.options[indexOf(target)];
            if (option !== undefined && field.current !== null)
              takeOption(state, field.current, option);
          }}
        >
          {open.options.map((option, index) => (
            <div
              key={`${option.value} ${option.label}`}
              id={completionOptionId(id, index)}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              data-index={index}
            >
              {open.kind === "name" ? (
                <NameOption state={state} name={option.label} />
              ) : open.kind === "emoji" ? (
                <>
                  <span aria-hidden="true">{option.value}</span> {option.label}
                </>
              ) : (
                option.label
              )}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

/** The index of the option under the pointer; -1: there is none. */
function indexOf(target: EventTarget | null): number {
  const option =
    target instanceof Element
      ? target.closest<HTMLElement>("[data-index]")
      : null;
  return Number(option?.dataset.index ?? -1);
}

function NameOption(props: {
  readonly state: ComposerState;
  readonly name: string;
}) {
  const { state, name } = props;
  const person =
    personIn(state.conversation, name) ?? state.session.people.of(undefined);
  return (
    <>
      <Avatar name={name} person={person} />
      <span>
        <PersonName name={name} person={person} />
      </span>
    </>
  );
}
