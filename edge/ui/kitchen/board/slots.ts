/**
 * Which part of which order stands in which slot of which page. An order is never parted by the turn of a page: where a long
 * one leaves slots empty, the oldest that fit stand in them, so that a page is as full as it can be.
 */

export interface Parted { id: string; parts: number }
export interface Slot { id: string; part: number; parts: number; number: number }
export interface Page { slots: Slot[] }

export function pagesOf(orders: readonly Parted[], perPage: number): Page[] {
  const pages: Page[] = [{ slots: [] }];
  /** Pages before this one are full: with hundreds of orders nearly all are. */
  let open = 0;
  for (const { id, parts } of orders) {
    while ((pages[open]?.slots.length ?? 0) >= perPage) open += 1;
    let page = pages.slice(open).find(({ slots }) => slots.length === 0 || slots.length + parts <= perPage);
    if (page === undefined) {
      page = { slots: [] };
      pages.push(page);
    }
    for (let part = 0; part < parts; part += 1) page.slots.push({ id, part, parts, number: page.slots.length + 1 });
  }
  return pages;
}
