// PartyServer Worker: relays each frame with hibernation, as the package's README shows.
import { type Connection, getServerByName, Server } from "partyserver";
import { read, relayed, welcome } from "./wire.ts";

interface Env {
  readonly ROOM: DurableObjectNamespace<PartyRoom>;
}

export class PartyRoom extends Server<Env> {
  static override options = { hibernate: true };
  #seq = 0;

  override onMessage(connection: Connection<string>, data: string): void {
    const frame = read(data);
    if (frame.type === "join") {
      connection.setState(frame.username ?? "");
      connection.send(welcome(this.name, frame.username ?? ""));
      return;
    }
    const username = String(connection.state);
    const { shared, ack } = relayed(frame, this.name, username, ++this.#seq);
    this.broadcast(shared, [connection.id]);
    connection.send(ack);
  }
}

export default {
  async fetch(request, { ROOM }) {
    const room = new URL(request.url).pathname.split("/")[2] ?? "";
    const server = await getServerByName(ROOM, room);
    return server.fetch(request);
  },
} satisfies ExportedHandler<Env>;
