/** What screens are called, how they are, and which somebody should look at first. */
import * as m from '$messages';
import type { ScreenInUse } from '$ui/api/types.ts';

const NAMES: Record<string, () => string> = {
  pos: m.screens_pos, kitchen: m.screens_kitchen, board: m.screens_board, expo: m.screens_expo, manager: m.screens_manager,
};

export function nameOf(screen: string): string {
  return NAMES[screen]?.() ?? screen;
}

export function stateOf({ status, connected }: Pick<ScreenInUse, 'status' | 'connected'>): string {
  if (!connected) return m.screens_gone();
  return status === 'alive' ? m.screens_alive() : status === 'late' ? m.screens_late() : m.screens_dead();
}

const RANK = { dead: 0, late: 1, alive: 2 } as const;

/** A screen that is connected and does not paint is worse than one that was switched off. */
export function worstFirst(screens: readonly ScreenInUse[]): ScreenInUse[] {
  const rank = ({ status, connected }: ScreenInUse) => (connected ? RANK[status] : 3);
  return [...screens].sort((one, other) => rank(one) - rank(other) || (one.screen < other.screen ? -1 : 1));
}
