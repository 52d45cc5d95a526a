/** Which part of which order stands in which slot of which page. An order is never parted by the turn of a page. */

export interface Parted { id: string; parts: number }
export interface Slot { id: string; part: number; parts: number; number: number }
export interface Page { slots: Slot[]; orders: number }

export function pagesOf(orders: readonly Parted[], perPage: number): Page[] {
  const pages: Page[] = [{ slots: [], orders: 0 }];
  for (const { id, parts } of orders) {
    let page = pages[pages.length - 1] as Page;
    if (page.slots.length > 0 && page.slots.length + parts > perPage) {
      page = { slots: [], orders: 0 };
      pages.push(page);
    }
    page.orders += 1;
    for (let part = 0; part < parts; part += 1) page.slots.push({ id, part, parts, number: page.slots.length + 1 });
  }
  return pages;
}
