/** The pages of the manager's screen, as the address says them after `#`. */
import * as m from '$messages';
import type { IconName } from '$ui/components/icons.ts';

export type PageName =
  | 'today' | 'cash' | 'printers' | 'screens' | 'menu' | 'floor' | 'papers' | 'customers' | 'team' | 'audit' | 'settings' | 'backups' | 'cloud' | 'health';

export interface Page { name: PageName; address: string; icon: IconName; title: () => string }

export const PAGES: Page[] = [
  { name: 'today', address: '#/', icon: 'chart', title: m.manager_today },
  { name: 'cash', address: '#/caja', icon: 'cash', title: m.manager_cash },
  { name: 'printers', address: '#/impresoras', icon: 'printer', title: m.manager_printers },
  { name: 'screens', address: '#/pantallas', icon: 'counter', title: m.manager_screens },
  { name: 'menu', address: '#/menu', icon: 'tag', title: m.manager_menu },
  { name: 'floor', address: '#/mesas', icon: 'table', title: m.manager_floor },
  { name: 'papers', address: '#/papeles', icon: 'note', title: m.manager_papers },
  { name: 'customers', address: '#/clientes', icon: 'repeat', title: m.manager_customers },
  { name: 'team', address: '#/personal', icon: 'person', title: m.manager_team },
  { name: 'audit', address: '#/auditoria', icon: 'search', title: m.manager_audit },
  { name: 'settings', address: '#/ajustes', icon: 'sliders', title: m.manager_settings },
  { name: 'backups', address: '#/copias', icon: 'archive', title: m.manager_backups },
  { name: 'health', address: '#/salud', icon: 'pulse', title: m.manager_health },
  { name: 'cloud', address: '#/nube', icon: 'cloud', title: m.manager_cloud },
];

export function pageOf(hash: string): PageName {
  const [first] = hash.replace(/^#\/?/, '').split('/');
  return PAGES.find(({ address }) => address === `#/${first ?? ''}`)?.name ?? 'today';
}
