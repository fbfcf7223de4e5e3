// Directory object: the Durable Object that holds one user name, found by the key of the name.
import { Directory } from "../core/directory/directory.ts";
import type { Core, Platform } from "../core/shared/contract.ts";
import { CoreObject } from "./core-object.ts";

export class DirectoryObject extends CoreObject {
  /** The first characters of the id are enough to tell objects apart. */
  protected override get label() {
    return { directory: this.ctx.id.toString().slice(0, 12) };
  }

  protected override createCore(platform: Platform): Core {
    return new Directory({
      platform,
      settings: this.config.settings,
      key: this.name,
    });
  }
}
