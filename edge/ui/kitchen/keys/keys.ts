/** A bump bar is a keyboard: which key means what. */

export type KeyAction =
  | { kind: 'choose'; slot: number }
  | { kind: 'bump' } | { kind: 'next_line' } | { kind: 'recall_last' } | { kind: 'recall_list' } | { kind: 'totals' }
  | { kind: 'page'; step: -1 | 1 } | { kind: 'leave' };

export interface Pressed { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean; repeat: boolean }

/** What has the focus: nothing of its own, a control that has Enter and Space itself, or a field one types in. */
export type Focus = 'none' | 'control' | 'field';

/** Held keys turn pages and do nothing else: a bar of metal leans on a key for a long time. */
export function actionOf(pressed: Pressed, focus: Focus): KeyAction | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  if (focus === 'field') return pressed.key === 'Escape' ? { kind: 'leave' } : null;
  if (pressed.repeat && !pressed.key.startsWith('Arrow')) return null;
  if (focus === 'control' && (pressed.key === 'Enter' || pressed.key === ' ')) return null;
  if (/^[0-9]$/.test(pressed.key)) return { kind: 'choose', slot: pressed.key === '0' ? 10 : Number(pressed.key) };
  switch (pressed.key) {
    case 'Enter': return { kind: 'bump' };
    case ' ': return { kind: 'next_line' };
    case 'Backspace': return { kind: 'recall_last' };
    case 'r': case 'R': return { kind: 'recall_list' };
    case 'a': case 'A': return { kind: 'totals' };
    case 'ArrowLeft': return { kind: 'page', step: -1 };
    case 'ArrowRight': return { kind: 'page', step: 1 };
    case 'Escape': return { kind: 'leave' };
    default: return null;
  }
}
