// Person name: shows a user's display name with the username beside it, and marks bots and names that look like another user's.
import { bareBotName } from "../../protocol/names.ts";
import { listParts, texts } from "../i18n.ts";
import type { Person } from "../people.ts";
import { Icon } from "./icons.tsx";

export interface PersonNameProps {
  readonly name: string;
  readonly person: Person;
}

export function PersonName({ name, person }: PersonNameProps) {
  const { displayName, isLookAlike } = person;
  const bot = bareBotName(name);
  if (bot !== null)
    return (
      <>
        <bdi>{bot}</bdi> <span class="bot-mark">{texts.value.bot}</span>
      </>
    );
  if (displayName === null) return <bdi>{name}</bdi>;
  const { looksAlike } = texts.value;
  return (
    <>
      {isLookAlike && (
        // First, so that no long name pushes it out of sight.
        <>
          <span
            class="look-alike"
            role="img"
            aria-label={looksAlike}
            title={looksAlike}
          >
            <Icon name="warning" />
          </span>{" "}
        </>
      )}
      <bdi class="display-name">{displayName}</bdi>{" "}
      <bdi class="handle">@{name}</bdi>
    </>
  );
}

/** Stands for the names while the words around them are looked up. */
const NAMES = "\ufffc";

interface PeopleSentenceProps {
  readonly people: readonly PersonNameProps[];
  /** The sentence of the language with these names in it. */
  sentence(names: string): string;
}

/** A sentence about users, for example that they have joined. */
export function PeopleSentence({ people, sentence }: PeopleSentenceProps) {
  const [before, after] = sentence(NAMES).split(NAMES);
  const shown = people.map((props) => (
    <PersonName key={props.name} {...props} />
  ));
  const parts = listParts(people.map(({ name }) => name));
  return (
    <>
      {before}
      {parts.map(({ type, value }) =>
        type === "element" ? shown.shift() : value,
      )}
      {after}
    </>
  );
}

/** The same in words, for a screen reader. */
export function personWords({ name, person }: PersonNameProps): string {
  const { displayName, isLookAlike } = person;
  const bot = bareBotName(name);
  if (bot !== null) return `${bot}, ${texts.value.bot}`;
  if (displayName === null) return name;
  const words = `${displayName} @${name}`;
  return isLookAlike ? `${words}, ${texts.value.looksAlike}` : words;
}
