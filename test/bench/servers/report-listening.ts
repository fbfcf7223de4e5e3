// The line by which the bench knows that a server is up, and where.

export function reportListening(facts: Readonly<Record<string, string>>): void {
  console.log(`listening ${JSON.stringify(facts)}`);
}
