// The Durable Object of one name: the directory is one object for each name's key.
import { Directory } from "../core/directory.ts";
import type { Core, Tools } from "../core/host.ts";
import { CoreObject } from "./core-object.ts";
import { settings } from "./settings.ts";

export class DirectoryObject extends CoreObject {
  protected override createCore(tools: Tools): Core {
    return new Directory({
      tools,
      settings,
      key: this.name,
    });
  }
}
