/** Signs of what can be opened from the bar. */
export const barSigns = {
  sound: 'M11 5L6 9H3v6h3l5 4zM15.5 9a4 4 0 0 1 0 6M18.5 6a8.500 8.500 0 0 1 0 12',
  full_screen: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  awake: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400',
  settings: 'M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4',
  totals: 'M4 6h2M4 12h2M4 18h2M10 6h10M10 12h10M10 18h10',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
} as const;

export type BarSign = keyof typeof barSigns;
