/** Where an outbox keeps what waits: the browser's database, or the page's memory where there is none. */
import { openDB, type IDBPDatabase } from 'idb';
import type { Keeping, Waiting } from './outbox.ts';

const STORE = 'waiting';

/** A private window and a full disk have no database: then what waits lives as long as the page. */
export function keeping<A>(name: string): Keeping<A> {
  const opened = openDB(name, 1, { upgrade: (database) => { database.createObjectStore(STORE, { keyPath: 'key' }); } });
  const database: Promise<IDBPDatabase | null> = opened.catch(() => null);
  const memory = new Map<string, Waiting<A>>();
  return {
    async all() {
      const kept: Waiting<A>[] = (await (await database)?.getAll(STORE).catch(() => [])) ?? [];
      return [...kept, ...memory.values()].sort((a, b) => a.madeAt - b.madeAt);
    },
    async put(waiting) {
      try {
        const there = await database;
        if (there === null) throw new Error('no database');
        // A copy without the screen's watchers, which the database cannot hold.
        await there.put(STORE, JSON.parse(JSON.stringify(waiting)));
        memory.delete(waiting.key);
      } catch {
        memory.set(waiting.key, waiting);
      }
    },
    async remove(key) {
      memory.delete(key);
      await (await database)?.delete(STORE, key).catch(() => undefined);
    },
  };
}
