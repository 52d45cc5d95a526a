/** What the address says is on screen: the part after `#`, so that «atrás» works and nothing is asked of the box. */
export type View =
  | { name: 'sale' }
  | { name: 'orders'; chosen: string | null }
  | { name: 'tables' }
  | { name: 'shift' };

export function viewOf(hash: string): View {
  const [first, second] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'pedidos') return { name: 'orders', chosen: second === undefined || second === '' ? null : decodeURIComponent(second) };
  if (first === 'mesas') return { name: 'tables' };
  if (first === 'turno') return { name: 'shift' };
  return { name: 'sale' };
}

export function addressOf(view: View): string {
  switch (view.name) {
    case 'sale': return '#/';
    case 'shift': return '#/turno';
    case 'tables': return '#/mesas';
    case 'orders': return view.chosen === null ? '#/pedidos' : `#/pedidos/${encodeURIComponent(view.chosen)}`;
  }
}
