/** Listens to a bar code reader wherever the focus is. */
import { BarcodeReader } from './barcode.ts';

export function onCode(read: (code: string) => void): () => void {
  const reader = new BarcodeReader();
  const keyed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || readsCodes(event.target)) return;
    const code = reader.key(event.key, event.timeStamp);
    if (code === null) return;
    // The Enter belongs to the code: it must not press the button that has the focus.
    event.preventDefault();
    event.stopImmediatePropagation();
    takeBack(event.target, code);
    read(code);
  };
  addEventListener('keydown', keyed, { capture: true });
  return () => removeEventListener('keydown', keyed, { capture: true });
}

/** A field that takes codes itself. */
function readsCodes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.dataset.readsCodes !== undefined;
}

/** What the reader typed into a field is not what somebody wanted to write there. */
function takeBack(target: EventTarget | null, code: string): void {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) || !target.value.endsWith(code)) return;
  target.value = target.value.slice(0, -code.length);
  target.dispatchEvent(new Event('input', { bubbles: true }));
}
