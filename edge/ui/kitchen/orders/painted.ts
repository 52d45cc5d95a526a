/** A page that nobody sees paints nothing; it is not waited for longer. */
const LONGEST_MS = 100;

/** Once what was changed just now has been painted: to send a command takes a browser as long as to show what was touched. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LONGEST_MS);
    if (typeof requestAnimationFrame !== 'undefined') requestAnimationFrame(() => setTimeout(resolve));
  });
}
