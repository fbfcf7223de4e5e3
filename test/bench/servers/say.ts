// The line by which the bench knows that a server is up, and where.

export function say(facts: Readonly<Record<string, string>>): void {
  console.log(`listening ${JSON.stringify(facts)}`);
}
