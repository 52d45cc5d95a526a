import { expect, test } from 'vitest';
import type { Card, Order } from '$ui/api/types.ts';
import { atThePass, wholeOf } from './plates.ts';

const AT = Date.parse('2026-11-22T13:30:00-05:00');

function line(id: string, stations: string[], fire = 'at_once', status = 'open') {
  return { id, name: id, quantity: 1, modifiers: [], notes: null, course: null, stations, status, fire: { status: fire } };
}

function order(id: string, lines: unknown[], changes: Partial<Order> = {}): Order {
  const times = { created_at: '2026-11-22T13:20:00-05:00', accepted_at: '2026-11-22T13:20:00-05:00', reached: {} };
  return { id, number: id, status: 'accepted', lines, ...times, ...changes } as unknown as Order;
}

function card(station: string, lines: [string, string][]): [string, Card] {
  const rows = lines.map(([id, state]) => ({ line: id, state, fired_at: '2026-11-22T13:20:00-05:00', target_seconds: 600 }));
  return [station, { station, lines: rows } as unknown as Card];
}

test('each_line_stands_under_its_station_with_how_far_it_is', () => {
  const whole = wholeOf(order('A', [line('carne', ['grill']), line('papas', ['fryer']), line('postre', ['fryer'], 'held'), line('no', ['grill'], 'at_once', 'voided')]), new Map([card('grill', [['carne', 'to_make']])]), AT);
  expect(whole.stations.map(({ station, made, of }) => [station, made, of])).toEqual([['grill', 0, 1], ['fryer', 1, 2]]);
  expect(whole.stations[1]?.plates.map(({ state }) => state)).toEqual(['ready', 'held']);
  expect([whole.waits, whole.isReady]).toEqual([true, false]);
});

test('an_order_is_as_late_as_its_latest_line', () => {
  const cards = new Map([card('grill', [['carne', 'to_make']])]);
  const at = (minutes: number) => wholeOf(order('A', [line('carne', ['grill'])]), cards, Date.parse('2026-11-22T13:20:00-05:00') + minutes * 60_000).age;
  expect([at(6), at(7), at(10)]).toEqual(['fresh', 'soon', 'late']);
});

test('ready_orders_stand_first_and_then_the_oldest', () => {
  const orders = [
    order('young', [line('x', ['grill'])], { accepted_at: '2026-11-22T13:25:00-05:00' }), order('old', [line('x', ['grill'])]),
    order('ready', [line('x', ['grill'])], { status: 'ready', accepted_at: '2026-11-22T13:28:00-05:00' }),
    order('nothing to make', [line('x', [])]), order('gone', [line('x', ['grill'])], { status: 'served' }),
  ];
  expect(atThePass(orders).map(({ id }) => id)).toEqual(['ready', 'old', 'young']);
});
