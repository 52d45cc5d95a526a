/** Icons that only screens of the counter and of the office draw. */
export const counterIcons = {
  cash: 'M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M6 12h.01M18 12h.01',
  split: 'M5 4h14v16H5zM12 4v16M8 9h1M8 13h1M15 9h1M15 13h1',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01',
  bill: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM12 7v8M14 8.5c-3-1.5-5 1.5-2 2.5s1 4-2 2.5',
  key: 'M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10M11.5 12.5L4 20M7 17l2.5 2.5M15.5 8.5h.01',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  chart: 'M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  orders: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  table: 'M3 9h18M5 9v10M19 9v10M3 9l2-4h14l2 4',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M20 20l-4-4',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2',
  counter: 'M3 10h18v3H3zM5 13v8h14v-8M8 10V5h8v5',
  language: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  leave: 'M14 4h5v16h-5M4 12h11M8 8l-4 4 4 4',
  more: 'M5 11.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1M12 11.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1M19 11.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1',
  flame: 'M12 3c1 4 6 6 6 11a6 6 0 0 1-12 0c0-2 1-3.5 2-4.5 0 2 1 3 2 3 1-3-1-5 2-9.5',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  down: 'M5 9l7 7 7-7',
  up: 'M5 15l7-7 7 7',
  erase: 'M9 5h11a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H9l-6-7zM12 9.5l5 5M17 9.5l-5 5',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c0-4 3.6-6 8-6s8 2 8 6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
} as const;

export type CounterIcon = keyof typeof counterIcons;
