import { closeAll, disposeAll, type ErrorSink, flushAll } from "../lifetime/disposal.ts";
import { disclaim } from "../lifetime/ownership.ts";
import type { Handler } from "../port/handler.ts";
import type { Config } from "../tree/config.ts";

/** What `configure` returns: end it to go back to the configuration before. */
export interface Configuration extends Disposable, AsyncDisposable {
  /** Resolves once everything taken so far by its handlers is with their destinations, or known to be lost. */
  flush(): Promise<void>;
  /** Takes it out of force, then flushes and closes its handlers. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** What a configuration needs of the registry it is in force in. */
interface Realm {
  /** Takes it out of force. False if it was out before. */
  withdraw(configuration: ConfigurationImpl): boolean;
  readonly closeFailed: ErrorSink;
}

/** A configuration and the handlers that the registry claimed for it. */
export class ConfigurationImpl implements Configuration {
  readonly config: Config;
  readonly #realm: Realm;
  readonly #handlers: readonly Handler[];

  constructor(realm: Realm, config: Config, handlers: readonly Handler[]) {
    this.#realm = realm;
    this.config = config;
    this.#handlers = handlers;
  }

  flush(): Promise<void> {
    return flushAll(this.#handlers, this.#realm.closeFailed);
  }

  async close(): Promise<void> {
    await closeAll(this.#end(), this.#realm.closeFailed);
  }

  [Symbol.dispose](): void {
    disposeAll(this.#end(), this.#realm.closeFailed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Takes it out of force once; what is returned must be closed. A later configuration may still own some of them. */
  #end(): Handler[] {
    return this.#realm.withdraw(this) ? this.#handlers.filter((handler) => disclaim(handler)) : [];
  }
}
