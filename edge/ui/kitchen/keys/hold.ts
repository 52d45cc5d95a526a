/** Holding a finger, or the mouse, on something; or the key for its menu. The touch that held is no tap. */

const HELD_MS = 550;
/** A finger that moves further than so many pixels scrolls. */
const STEADY_PX = 12;

export function hold(held: () => void): (target: HTMLElement) => () => void {
  return (target) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from: PointerEvent | undefined;
    let wasHeld = false;
    const letGo = () => clearTimeout(timer);
    const call = () => {
      letGo();
      if (!wasHeld) held();
      wasHeld = true;
    };
    const listen = <Name extends keyof HTMLElementEventMap>(name: Name, heard: (event: HTMLElementEventMap[Name]) => void) =>
      target.addEventListener(name, heard, true);
    listen('pointerdown', (event) => {
      from = event;
      wasHeld = false;
      timer = setTimeout(call, HELD_MS);
    });
    listen('pointermove', (event) => {
      if (from !== undefined && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STEADY_PX) letGo();
    });
    listen('pointerup', letGo);
    listen('pointercancel', letGo);
    listen('contextmenu', (event) => {
      event.preventDefault();
      call();
    });
    listen('click', (event) => {
      if (wasHeld) event.stopImmediatePropagation();
      wasHeld = false;
    });
    return letGo;
  };
}
