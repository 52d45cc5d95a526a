/** What a screen may open, and what that is called. */
import * as m from '$messages';
import type { DevicePurpose } from '$ui/api/types.ts';

export type ScreenName = DevicePurpose['screen'];

export const SCREENS: { value: ScreenName; name: () => string }[] = [
  { value: 'till', name: m.screens_pos },
  { value: 'kitchen', name: m.screens_kitchen },
  { value: 'board', name: m.screens_board },
  { value: 'expo', name: m.screens_expo },
  { value: 'manager', name: m.screens_manager },
];

export function purposeOf(screen: ScreenName, stations: string[]): DevicePurpose {
  return screen === 'kitchen' ? { screen, stations } : { screen };
}

export function stationsOf(purpose: DevicePurpose): string[] {
  return purpose.screen === 'kitchen' ? (purpose.stations ?? []) : [];
}

/** «Cocina · Freidora, Barra». */
export function purposeWords(purpose: DevicePurpose, nameOf: (station: string) => string | undefined): string {
  const screen = SCREENS.find(({ value }) => value === purpose.screen)?.name() ?? purpose.screen;
  const stations = stationsOf(purpose).map((id) => nameOf(id) ?? '?');
  return stations.length === 0 ? screen : `${screen} · ${stations.join(', ')}`;
}
