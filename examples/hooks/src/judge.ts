// Judge: stands for a service of yours that needs a moment to judge a text.

export async function isFriendly(text: string): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return text !== text.toUpperCase();
}
