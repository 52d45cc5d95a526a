/** Sizes as custom properties of an element: what Svelte has for styles also knows how to take a written style apart. */
export function drawn(sizes: Record<string, string | number>): (element: HTMLElement) => void {
  return ({ style }) => {
    for (const [name, size] of Object.entries(sizes)) style.setProperty(`--${name}`, String(size));
  };
}
