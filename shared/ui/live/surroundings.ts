/** What the connection needs of the world around it; a test gives its own. */
import { request } from '../api/client.ts';
import { Detour } from './detour.ts';

/** A WebSocket as far as it is used here. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

/** Ways round where no WebSocket gets through. */
export type Detoured = 'events' | 'polling';

export interface Surroundings {
  /** Milliseconds since 1970 by this device's clock. */
  now(): number;
  /** Calls once after so many milliseconds; gives what calls it off. */
  after(ms: number, call: () => void): () => void;
  /** Calls once at the next animation frame. */
  frame(call: () => void): void;
  /** In [0, 1). */
  random(): number;
  socket(): Socket;
  /** The same over an answer that goes on, or over plain requests, where no WebSocket gets through. */
  detour(way: Detoured): Socket;
  /** Fetches the ways round while the box is there: a module that could not be fetched once is not asked for again. */
  fetchDetours(): void;
  /** Calls whenever the network is back or the page becomes visible; gives what calls it off. */
  onWake(call: () => void): () => void;
  /** Why a connection could not be opened, as far as HTTP tells: a browser hides the status of a refused upgrade. */
  whyRefused(): Promise<'session' | 'forbidden' | null>;
}

const DETOURS = { events: () => import('./streaming.ts'), polling: () => import('./polling.ts') };

/** The browser this page runs in; `path` is that of the live channel on the page's own host. */
export function browser(path: string): Surroundings {
  return {
    now: () => Date.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    frame: (call) => void requestAnimationFrame(call),
    random: () => Math.random(),
    socket: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`) as Socket,
    detour: (way) => new Detour(way === 'events'
      ? DETOURS.events().then(({ EventSocket }) => new EventSocket(path))
      : DETOURS.polling().then(({ PollSocket }) => new PollSocket(path))),
    // Who cannot have one now goes another way then.
    fetchDetours: () => Object.values(DETOURS).forEach((fetched) => void fetched().catch(() => null)),
    onWake: (call) => {
      const seen = () => {
        if (document.visibilityState === 'visible') call();
      };
      addEventListener('online', call);
      document.addEventListener('visibilitychange', seen);
      return () => {
        removeEventListener('online', call);
        document.removeEventListener('visibilitychange', seen);
      };
    },
    whyRefused: async () => {
      const outcome = await request('auth/me');
      if (outcome.kind !== 'refused') return null;
      return outcome.problem.status === 401 ? 'session' : outcome.problem.status === 403 ? 'forbidden' : null;
    },
  };
}
