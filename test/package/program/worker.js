// Talks, as a Worker that is asked to.
import { talk } from "./talk.js";

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const [url, room] = ["url", "room"].map((name) => searchParams.get(name));
    return Response.json(await talk(url, room));
  },
};
