/** What the thing with the focus does with keys itself. */
import type { Focus } from './keys.ts';

export function focusOf(target: EventTarget | null): Focus {
  // Whoever types a PIN types it nowhere else.
  if (document.querySelector('[aria-modal]') !== null) return 'field';
  if (!(target instanceof HTMLElement)) return 'none';
  if (target.matches('input, textarea, select, [contenteditable]')) return 'field';
  return target.closest('button, a, [role="dialog"]') !== null ? 'control' : 'none';
}
