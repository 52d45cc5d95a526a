/** What a screen hears from the live channel, and how well it hears. The connection itself is in `connection.ts`. */

/** How fresh what is shown is. `newsAt` is the box's time of the last news, in milliseconds since 1970. */
export type Health =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** Not connected for a second or more; what is shown is younger than twelve. */
  | { kind: 'reconnecting'; newsAt: number }
  /** Twelve seconds or more without news: what is shown may be wrong. */
  | { kind: 'stale'; newsAt: number }
  /** Nobody is let in until somebody logs in; the connection waits for `reopen`. */
  | { kind: 'ended'; why: 'session' | 'forbidden' };

/** One entity as a scope shows it now; `view: null` when it is gone from the scope. */
export interface LiveView { scope: string; name: string; id: string; view: unknown }

/** What a screen is told, in order; all views that came within one animation frame at once. */
export interface LiveListener {
  /** Everything there is: what is not among the views is gone. */
  snapshot(views: LiveView[]): void;
  /** These changed. */
  views(views: LiveView[]): void;
  /** `live` is told after the views that made it so. */
  health(health: Health): void;
  /** The box serves other screens than this page: load anew when idle. */
  newBuild?(): void;
}

export interface LiveConnection {
  /** The box's clock now, in milliseconds since 1970, by the offset learnt from beats. */
  now(): number;
  /** Listen to these scopes from now on; a snapshot of them follows. */
  listen(scopes: string[]): void;
  /** Somebody has logged in again: go on where the session ended, with what is shown. */
  reopen(): void;
  close(): void;
}
