/** Holding a finger, or the mouse, on something; or the key for its menu. The touch that held is no tap. */

const HELD_MS = 550;
/** A finger that moves further than so many pixels scrolls. */
const STEADY_PX = 12;

export function hold(held: () => void): (target: HTMLElement) => () => void {
  return (target) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    let wasHeld = false;
    const letGo = () => clearTimeout(timer);
    const call = () => {
      letGo();
      if (wasHeld) return;
      wasHeld = true;
      held();
    };
    const on: { [name: string]: (event: Event) => void } = {
      pointerdown: (event) => {
        const { clientX: x, clientY: y } = event as PointerEvent;
        [from, wasHeld] = [{ x, y }, false];
        timer = setTimeout(call, HELD_MS);
      },
      pointermove: (event) => {
        const { clientX: x, clientY: y } = event as PointerEvent;
        if (Math.hypot(x - from.x, y - from.y) > STEADY_PX) letGo();
      },
      pointerup: letGo,
      pointercancel: letGo,
      contextmenu: (event) => {
        event.preventDefault();
        call();
      },
      click: (event) => {
        if (!wasHeld) return;
        wasHeld = false;
        event.stopImmediatePropagation();
        event.preventDefault();
      },
    };
    for (const [name, listen] of Object.entries(on)) target.addEventListener(name, listen, true);
    return () => {
      letGo();
      for (const [name, listen] of Object.entries(on)) target.removeEventListener(name, listen, true);
    };
  };
}
