/** What a key does to the board and the orders. Without a chosen order, the first key chooses the oldest. */
import type { Board } from '../board/board.svelte.ts';
import type { Kitchen } from '../orders/kitchen.svelte.ts';
import type { KeyAction } from './keys.ts';

export function act(action: Exclude<KeyAction, { kind: 'totals' }>, board: Board, kitchen: Kitchen): void {
  switch (action.kind) {
    case 'choose': return board.choose(action.slot);
    case 'bump': return withChosen(board, (order) => {
      kitchen.bump(order);
      board.chosenId = null;
    });
    case 'next_line': return withChosen(board, (order) => {
      const next = order.lines.find(({ state }) => state !== 'ready');
      if (next !== undefined) kitchen.toggle(order, next);
    });
    case 'recall_last': return kitchen.undo();
    case 'recall_list': return board.open('recall');
    case 'page': return board.turn(action.step);
    case 'leave': return board.leave();
  }
}

function withChosen(board: Board, does: (order: NonNullable<Board['chosen']>) => void): void {
  if (board.chosen === null) board.chooseFirst();
  else does(board.chosen);
}
