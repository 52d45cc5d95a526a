/**
 * How fast the screens are on a cheap tablet: the processor four times slower, the box on this machine. `make bench-screens`
 * writes the table to `docs/benchmarks-screens.md`; nothing here passes or fails.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { Branch, pause } from '../harness/branch.ts';
import { firstLoad } from '../harness/bytes.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { PointOfSale } from '../harness/pos.ts';

const SAMPLES = 20;
const SLOWER = 4;
/** A rush: touches on other screens, on cards of all pages, one after another. */
const EVENTS_A_SECOND = 100;
const EVENTS = 500;

let branch: Branch;
let devices: Devices;
const rows: [what: string, kitchen: string, asked: string, pos: string, asked: string][] = [];

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
  const page = table();
  console.log(page);
  writeFileSync(join(import.meta.dirname, '../../../docs/benchmarks-screens.md'), page);
});

const ms = (figures: number[], percent: number) => {
  const sorted = [...figures].sort((one, other) => one - other);
  return `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN)}`;
};
const both = (figures: number[]) => `${ms(figures, 50)} / ${ms(figures, 99)}`;

/** Loads the page again, as after a power cut, until this is there; the cookie is there already. */
async function usableAfter({ page }: Device, ready: string): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < 5; sample += 1) {
    const client = await page.context().newCDPSession(page);
    await client.send('Network.clearBrowserCache');
    await page.reload({ waitUntil: 'commit' });
    await page.locator(ready).first().waitFor();
    samples.push(await page.evaluate(() => performance.now()));
  }
  return Number(ms(samples, 50));
}

/** From a frame of the live channel until the next frame is painted, for frames that change something on the screen. */
async function listenForPaints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const paints: number[] = ((window as unknown as { paints: number[] }).paints = []);
    const Original = window.WebSocket;
    window.WebSocket = class extends Original {
      constructor(...words: ConstructorParameters<typeof Original>) {
        super(...words);
        this.addEventListener('message', ({ data }) => {
          if (!String(data).includes('"type":"message"')) return;
          const heard = performance.now();
          const watch = new MutationObserver(() => {
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => paints.push(performance.now() - heard)));
          });
          watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['aria-pressed', 'class'] });
        });
      }
    };
  });
}

const paintsOf = (page: Page) => page.evaluate(() => (window as unknown as { paints: number[] }).paints.splice(0));

/** From the touch until the next paint, as the browser itself measures it. */
async function touches(page: Page, touch: (sample: number) => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = ((window as unknown as { seen: number[] }).seen = []);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'click' || entry.name === 'pointerup') seen.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await touch(sample);
    await pause(250);
  }
  return page.evaluate(() => (window as unknown as { seen: number[] }).seen);
}

test('the screens on a slow tablet', async () => {
  const order = (number: number) => branch.order([['perro-caliente', 1 + (number % 3), 'sin-cebolla'], ['choriperro', 1]]);
  for (let number = 0; number < 300; number += 1) await order(number);

  const wall = await devices.device(SIZES.television);
  await listenForPaints(wall.page);
  const kitchen = await Kitchen.open(wall, branch, 'grill');
  await wall.slowDown(SLOWER);
  const kitchenUsable = await usableAfter(wall, 'article');
  const { items } = await branch.api<{ items: { order: string; lines: { line: string }[] }[] }>('GET', 'kitchen/orders?station=grill');
  await paintsOf(wall.page);
  for (const { order, lines } of items.slice(0, 4).flatMap((card) => Array<typeof card>(SAMPLES / 4).fill(card))) {
    const line = lines[0]?.line ?? '';
    const state = await branch.api<{ items: { order: string; lines: { state: string }[] }[] }>('GET', 'kitchen/orders?station=grill');
    const isReady = state.items.find((card) => card.order === order)?.lines[0]?.state === 'ready';
    await branch.api('POST', `kitchen/orders/${order}/lines/${line}/${isReady ? 'unready' : 'ready'}`, { station: 'grill' });
    await pause(200);
  }
  const kitchenPaints = await paintsOf(wall.page);
  const begun = Date.now();
  const sent: Promise<unknown>[] = [];
  for (let event = 0; event < EVENTS; event += 1) {
    const card = items[event % items.length];
    const path = `kitchen/orders/${card?.order}/lines/${card?.lines[0]?.line}`;
    sent.push(branch.api('POST', `${path}/${Math.floor(event / items.length) % 2 === 0 ? 'ready' : 'unready'}`, { station: 'grill' }));
    await pause(begun + (event + 1) * (1_000 / EVENTS_A_SECOND) - Date.now());
  }
  await Promise.all(sent);
  const pace = Math.round((EVENTS * 1_000) / (Date.now() - begun));
  const rushPaints = await paintsOf(wall.page);
  const kitchenTouches = await touches(wall.page, async (sample) => {
    await kitchen.cards().nth(sample % 8).locator('[aria-pressed]').first().click();
  });
  await wall.close();

  const tablet = await devices.device(SIZES.tablet);
  await listenForPaints(tablet.page);
  const pos = await PointOfSale.open(tablet, branch);
  await tablet.slowDown(SLOWER);
  const posUsable = await usableAfter(tablet, 'main button:has-text("Perro caliente")');
  await paintsOf(tablet.page);
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await order(sample);
    await pause(200);
  }
  const posPaints = await paintsOf(tablet.page);
  const names = ['Perro caliente', 'Salchipapa especial', 'Mazorcada', 'Choriperro'];
  const posTouches = await touches(tablet.page, (sample) => pos.tile(names[sample % 2] ?? '').click());
  await tablet.close();

  rows.push(
    ['first load, script and style, gzip, KB', (firstLoad('kitchen') / 1000).toFixed(1), '40', (firstLoad('pos') / 1000).toFixed(1), '110'],
    ['usable from cold, ms', String(kitchenUsable), '1000', String(posUsable), '1500'],
    ['frame of the live channel → painted, p50 / p99, ms', both(kitchenPaints), '100', both(posPaints), '150'],
    [`the same at ${pace} events a second (${rushPaints.length} of them seen)`, both(rushPaints), '100', '–', '–'],
    ['touch → painted, p50 / p99, ms', both(kitchenTouches), '50', both(posTouches), '50'],
  );
}, 600_000);

function table(): string {
  const cells = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const load = loadavg().map((average) => average.toFixed(2)).join(' ');
  return `# The screens, measured

On a tablet that is ${SLOWER} times slower than this machine (Chromium's own throttle), against a real branch with 300 open cards.
The kitchen is 1920×1080 on one station, the point of sale 1280×800. Usable from cold: the page loaded again with an empty cache
and a session, until a card or a tile is there (median of 5). Painted: from the WebSocket's frame until the frame after the page
changed; from the touch until the next paint, as the browser's event timing says (multiples of 8 ms, nothing under 16).
${SAMPLES} samples each where nothing else is said, so p99 is the slowest.

| what | kitchen | asked | point of sale | asked |
|---|---:|---:|---:|---:|
${cells}

| run | |
|---|---|
| date | ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC |
| machine | ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores; load average ${load} |
| commit | ${commit}; debug build of the daemon |
| command | \`make bench-screens\` |
`;
}
