/** Icons that only screens of the counter and of the office draw. */
export const counterIcons = {
  cash: 'M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M6 12h.01M18 12h.01',
  split: 'M5 4h14v16H5zM12 4v16M8 9h1M8 13h1M15 9h1M15 13h1',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01',
  bill: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM12 7v8M14 8.5c-3-1.5-5 1.5-2 2.5s1 4-2 2.5',
  key: 'M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10M11.5 12.5L4 20M7 17l2.5 2.5M15.5 8.5h.01',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  chart: 'M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6',
  note: 'M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 9h7M8.5 12.5h4',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  orders: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  table: 'M3 9h18M5 9v10M19 9v10M3 9l2-4h14l2 4',
  minus: 'M5 12h14',
} as const;

export type CounterIcon = keyof typeof counterIcons;
