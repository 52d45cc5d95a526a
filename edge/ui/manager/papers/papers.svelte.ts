/** What stands on tickets, receipts and the papers of the pass, as it is being changed, and what it looks like. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { PaperBlock, PaperField, TemplatePaper, TemplatesInUse } from '$ui/api/types.ts';

/** Those without which the box takes no template. */
const NEEDED: Record<TemplatePaper, PaperField[]> = {
  ticket: ['number_and_time', 'station_and_place', 'lines', 'guest', 'by_and_mark'],
  receipt: ['letterhead', 'number', 'date_and_by', 'lines', 'guest', 'sums', 'total', 'payments', 'legal'],
  delivery_slip: ['number_and_time', 'paper_and_place', 'guest', 'lines', 'total', 'collect'],
  whole_order: ['number_and_time', 'paper_and_place', 'lines', 'guest', 'count_and_by'],
};
/** Those that may be left out, once. */
const OPTIONAL: Record<TemplatePaper, PaperField[]> = {
  ticket: [], receipt: ['order_and_place', 'footer', 'logo', 'code', 'follow'], delivery_slip: ['letterhead', 'logo'], whole_order: [],
};
/** Those that have no two edges. */
const PLACED: PaperField[] = ['text', 'letterhead', 'legal', 'footer', 'logo', 'code', 'follow'];
const SIZELESS: PaperField[] = ['rule', 'blank'];
/** Those that are no letters. */
const DRAWN: PaperField[] = ['logo', 'code', 'follow'];

const PAPERS: TemplatePaper[] = ['ticket', 'receipt', 'delivery_slip', 'whole_order'];

/** A block with a name of its own while it is moved about. */
export interface Piece { key: number; block: PaperBlock }

let keys = 0;
const pieces = (blocks: PaperBlock[]): Piece[] => blocks.map((block) => ({ key: keys++, block }));

/** As an address of data: the page's rules let it show nothing made under another kind. */
function asData(picture: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(picture);
  });
}

class Papers {
  paper = $state<TemplatePaper>('ticket');
  columns = $state<48 | 32>(48);
  all = $state.raw<Record<TemplatePaper, Piece[]>>({ ticket: [], receipt: [], delivery_slip: [], whole_order: [] });
  /** As it was last read or saved. */
  saved = $state('');
  picture = $state('');
  trouble = $state('');
  readonly pieces = $derived(this.all[this.paper]);
  readonly isChanged = $derived(this.saved !== '' && this.saved !== this.#written());
  /** Whether a picture has a place on the paper. */
  readonly takesLogo = $derived(OPTIONAL[this.paper].includes('logo'));
  /** What may be added to the paper. */
  readonly addable = $derived<PaperField[]>([...OPTIONAL[this.paper].filter((field) => !this.pieces.some(({ block }) => block.field === field)), 'text', 'rule', 'blank']);
  #asked = 0;

  async load(): Promise<void> {
    const outcome = await request<TemplatesInUse>('settings/papers');
    if (outcome.kind !== 'ok') return;
    const { ticket, receipt, delivery_slip, whole_order } = outcome.value;
    this.all = { ticket: pieces(ticket), receipt: pieces(receipt), delivery_slip: pieces(delivery_slip), whole_order: pieces(whole_order) };
    this.saved = this.#written();
  }

  change(key: number, block: Partial<PaperBlock>): void {
    this.#set(this.pieces.map((piece) => (piece.key === key ? { key, block: { ...piece.block, ...block } } : piece)));
  }

  /** The words of a code; with none it holds the number of the receipt. */
  say(key: number, words: string): void {
    this.#set(this.pieces.map((piece) => {
      if (piece.key !== key) return piece;
      const { text: _before, ...block } = piece.block;
      return { key, block: words.trim() === '' ? block : { ...block, text: words } };
    }));
  }

  move(key: number, by: -1 | 1): void {
    const place = this.pieces.findIndex((piece) => piece.key === key);
    const [one, other] = [this.pieces[place], this.pieces[place + by]];
    if (one === undefined || other === undefined) return;
    this.#set(this.pieces.map((piece, at) => (at === place ? other : at === place + by ? one : piece)));
  }

  remove(key: number): void {
    this.#set(this.pieces.filter((piece) => piece.key !== key));
  }

  add(field: PaperField, words: string): void {
    const block: PaperBlock = { field, size: 'small', bold: false, align: 'left', ...(field === 'text' ? { text: words } : {}) };
    this.#set([...this.pieces, { key: keys++, block }]);
  }

  mayLeave({ block }: Piece): boolean {
    return !NEEDED[this.paper].includes(block.field);
  }

  hasPlace({ block }: Piece): boolean {
    return PLACED.includes(block.field);
  }

  hasSize({ block }: Piece): boolean {
    return !SIZELESS.includes(block.field);
  }

  hasWeight({ block }: Piece): boolean {
    return !SIZELESS.includes(block.field) && !DRAWN.includes(block.field);
  }

  /** Puts a picture on the paper, above everything; another takes the place of the one before. What is refused is said. */
  async upload(file: Blob): Promise<string | null> {
    const answer = await fetch('/api/v1/settings/papers/pictures', { method: 'POST', headers: { 'content-type': 'image/png' }, body: file }).catch(() => null);
    const said: unknown = await answer?.json().catch(() => null);
    if (answer?.ok !== true || typeof said !== 'object' || said === null || !('picture' in said) || typeof said.picture !== 'string') return wordsOf(said);
    const { picture } = said;
    const before = this.pieces.find(({ block }) => block.field === 'logo');
    if (before !== undefined) this.change(before.key, { picture });
    else this.#set([{ key: keys++, block: { field: 'logo', size: 'small', bold: false, align: 'center', picture } }, ...this.pieces]);
    return null;
  }

  /** Draws the paper by the bytes that would be printed; what cannot be used is said, and the picture stays as it was. */
  async draw(pieces: readonly Piece[], columns: 48 | 32): Promise<void> {
    const asked = ++this.#asked;
    const body = JSON.stringify({ paper: this.paper, columns, blocks: pieces.map(({ block }) => block) });
    const answer = await fetch('/api/v1/settings/papers/preview', { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => null);
    if (answer === null || asked !== this.#asked) return;
    if (answer.ok) {
      this.picture = await asData(await answer.blob());
      this.trouble = '';
    } else {
      this.trouble = wordsOf(await answer.json().catch(() => null));
    }
  }

  async save(): Promise<Outcome<unknown>> {
    const written = this.#written();
    const outcome = await request('settings/papers', { method: 'PUT', key: newKey(), body: JSON.parse(written) as unknown });
    if (outcome.kind === 'ok') this.saved = written;
    return outcome;
  }

  #set(changed: Piece[]): void {
    this.all = { ...this.all, [this.paper]: changed };
  }

  #written(): string {
    return JSON.stringify(Object.fromEntries(PAPERS.map((paper) => [paper, this.all[paper].map(({ block }) => block)])));
  }
}

/** What a problem says to people. */
function wordsOf(problem: unknown): string {
  return typeof problem === 'object' && problem !== null && 'message' in problem && typeof problem.message === 'string' ? problem.message : '';
}

export const papers = new Papers();
