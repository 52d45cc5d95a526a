/** What the thing with the focus does with keys itself. */
import type { Focus } from './keys.ts';

export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'none';
  if (target.matches('input, textarea, select, [contenteditable]')) return 'field';
  return target.closest('button, a, [role="dialog"]') !== null ? 'control' : 'none';
}
