/**
 * The books, counted again from the lines of `journal export` and from nothing else: what was sold, what came in by each way of
 * paying, and what should be in each drawer. It shares no code with the branch. Amounts are minor units.
 */

export interface Taking { payments: number; amount: number; tip: number; refunds: number; refunded: number; tip_refunded: number }
export interface Sales { orders: number; cancelled: number; gross: number; discount: number; tax: number; net: number }
export interface Drawer { drawer: string; float: number; cash: number; moved: number }
export interface Books { sales: Sales; takings: Map<string, Taking>; drawers: Map<string, Drawer>; unbalanced: string[]; kinds: Map<string, number> }

interface Amounts { subtotal: string; discount: string; taxes: { included: boolean; amount: string }[] }
interface Line { id: string; amounts: Amounts }
interface Order { lines: Map<string, Amounts>; voided: Set<string>; cancelled: boolean; merged: boolean; tip: number; paid: number }
interface Entry { header: { kind: string }; body: Record<string, unknown> }

/** `COP 1850000` */
const minor = (money: unknown): number => Number(String(money).split(' ')[1]);
const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

export function recount(journal: string): Books {
  const orders = new Map<string, Order>();
  const takings = new Map<string, Taking>();
  const drawers = new Map<string, Drawer>();
  const kinds = new Map<string, number>();
  for (const text of journal.trim().split('\n')) {
    const { header: { kind }, body } = JSON.parse(text) as Entry;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const order = orders.get(String(body.order));
    const drawer = drawers.get(String(body.shift));
    switch (kind) {
      case 'order.placed':
        orders.set(String(body.order), { lines: new Map((body.lines as Line[]).map(({ id, amounts }) => [id, amounts])), voided: new Set(), cancelled: false, merged: false, tip: 0, paid: 0 });
        break;
      case 'order.lines_added': case 'order.lines_merged':
        for (const { id, amounts } of body.lines as Line[]) order?.lines.set(id, amounts);
        break;
      case 'order.line_voided':
        for (const id of [body.line, ...((body.parts as unknown[] | undefined) ?? [])]) order?.voided.add(String(id));
        break;
      case 'order.repriced':
        for (const [id, amounts] of Object.entries(body.lines as Record<string, Amounts>)) order?.lines.set(id, amounts);
        break;
      case 'order.cancelled': if (order !== undefined) order.cancelled = true; break;
      case 'order.merged': if (order !== undefined) order.merged = true; break;
      case 'order.tip_set': if (order !== undefined) order.tip = minor(body.tip); break;
      case 'cash.shift_opened':
        drawers.set(String(body.shift), { drawer: String(body.drawer), float: minor(body.float), cash: 0, moved: 0 });
        break;
      case 'cash.moved':
        if (drawer !== undefined) drawer.moved += body.kind === 'in' ? minor(body.amount) : -minor(body.amount);
        break;
      case 'payment.taken': case 'payment.refunded': {
        const method = String(body.method);
        const [amount, tip] = [minor(body.amount), body.tip === undefined ? 0 : minor(body.tip)];
        const taking = takings.get(method) ?? { payments: 0, amount: 0, tip: 0, refunds: 0, refunded: 0, tip_refunded: 0 };
        takings.set(method, taking);
        const isIn = kind === 'payment.taken';
        if (isIn) Object.assign(taking, { payments: taking.payments + 1, amount: taking.amount + amount, tip: taking.tip + tip });
        else Object.assign(taking, { refunds: taking.refunds + 1, refunded: taking.refunded + amount, tip_refunded: taking.tip_refunded + tip });
        if (order !== undefined) {
          order.paid += isIn ? amount : -amount;
          if (isIn && body.added_tip !== undefined) order.tip += minor(body.added_tip);
        }
        if (drawer !== undefined && method === 'cash') drawer.cash += isIn ? amount : -amount;
        break;
      }
    }
  }
  return { sales: sold([...orders.values()]), takings, drawers, unbalanced: unbalanced(orders), kinds };
}

function totals({ lines, voided }: Order): { gross: number; discount: number; tax: number; net: number } {
  const open = [...lines].filter(([id]) => !voided.has(id)).map(([, amounts]) => amounts);
  const taxes = open.flatMap((amounts) => amounts.taxes);
  const [gross, discount] = [sum(open.map(({ subtotal }) => minor(subtotal))), sum(open.map((amounts) => minor(amounts.discount)))];
  const added = sum(taxes.filter(({ included }) => !included).map(({ amount }) => minor(amount)));
  return { gross, discount, tax: sum(taxes.map(({ amount }) => minor(amount))), net: gross - discount + added };
}

function sold(orders: Order[]): Sales {
  const counted = orders.filter(({ cancelled, merged }) => !cancelled && !merged).map(totals);
  const all = (part: 'gross' | 'discount' | 'tax' | 'net') => sum(counted.map((order) => order[part]));
  return { orders: orders.length, cancelled: orders.length - counted.length, gross: all('gross'), discount: all('discount'), tax: all('tax'), net: all('net') };
}

/** Orders of which more was kept than they cost with their tip, or of a cancelled one anything at all. */
function unbalanced(orders: Map<string, Order>): string[] {
  const isOff = (order: Order) => order.paid > (order.cancelled ? 0 : totals(order).net + order.tip) || order.paid < 0;
  return [...orders].filter(([, order]) => isOff(order)).map(([id]) => id);
}

/** What should be in a drawer. */
export function expected({ float, cash, moved }: Drawer): number {
  return float + cash + moved;
}
