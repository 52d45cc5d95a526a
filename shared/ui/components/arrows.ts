/** Moving among the buttons of a group with the arrow keys: `Tab` enters and leaves it, the arrows walk in it. */
import type { Attachment } from 'svelte/attachments';

export const arrows: Attachment<HTMLElement> = (group) => {
  const moved = (event: KeyboardEvent) => {
    const buttons = buttonsOf(group);
    const place = buttons.findIndex((button) => button === document.activeElement);
    if (place < 0) return;
    const next = buttons[nextPlace(event.key, place, buttons)];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  const stopAt = (stop: EventTarget | null | undefined) => {
    for (const button of group.querySelectorAll('button')) button.tabIndex = button === stop ? 0 : -1;
  };
  const focused = (event: FocusEvent) => stopAt(event.target);
  stopAt(group.querySelector('[aria-current], [aria-checked="true"]') ?? buttonsOf(group)[0]);
  group.addEventListener('keydown', moved);
  group.addEventListener('focusin', focused);
  return () => {
    group.removeEventListener('keydown', moved);
    group.removeEventListener('focusin', focused);
  };
};

function buttonsOf(group: HTMLElement): HTMLButtonElement[] {
  return [...group.querySelectorAll('button')].filter((button) => !button.disabled);
}

function nextPlace(key: string, place: number, buttons: HTMLElement[]): number {
  switch (key) {
    case 'ArrowRight': return place + 1;
    case 'ArrowLeft': return place - 1;
    case 'Home': return 0;
    case 'End': return buttons.length - 1;
    case 'ArrowDown': return place + columnsOf(buttons);
    case 'ArrowUp': return place - columnsOf(buttons);
    default: return -1;
  }
}

/** How many stand in the first row. */
function columnsOf(buttons: HTMLElement[]): number {
  const top = buttons[0]?.getBoundingClientRect().top;
  const below = buttons.findIndex((button) => button.getBoundingClientRect().top !== top);
  return below < 0 ? buttons.length : below;
}
