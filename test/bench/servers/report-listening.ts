// Listening report: prints the line that tells the benchmark the server's address.

export function reportListening(facts: Readonly<Record<string, string>>): void {
  console.log(`listening ${JSON.stringify(facts)}`);
}
