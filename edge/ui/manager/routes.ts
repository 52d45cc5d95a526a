/** The pages of the manager's screen, as the address says them after `#`. */
import * as m from '$messages';
import type { IconName } from '$ui/components/icons.ts';

export type PageName = 'today' | 'cash' | 'printers' | 'cloud';

export interface Page { name: PageName; address: string; icon: IconName; title: () => string }

export const PAGES: Page[] = [
  { name: 'today', address: '#/', icon: 'chart', title: m.manager_today },
  { name: 'cash', address: '#/caja', icon: 'cash', title: m.manager_cash },
  { name: 'printers', address: '#/impresoras', icon: 'printer', title: m.manager_printers },
  { name: 'cloud', address: '#/nube', icon: 'cloud', title: m.manager_cloud },
];

export function pageOf(hash: string): PageName {
  const [first] = hash.replace(/^#\/?/, '').split('/');
  return PAGES.find(({ address }) => address === `#/${first ?? ''}`)?.name ?? 'today';
}
