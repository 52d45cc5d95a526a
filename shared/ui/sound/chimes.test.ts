import { expect, test } from 'vitest';
import { chimes } from './chimes.ts';
import { Player } from './player.ts';

test('no chime lasts longer than a second, none is like another', () => {
  const shapes = Object.values(chimes).map((notes) => notes.map((note) => `${note.hertz} ${note.wave} ${note.at}`).join());
  expect(new Set(shapes).size).toBe(shapes.length);
  for (const note of Object.values(chimes).flat()) expect(note.at + note.seconds).toBeLessThanOrEqual(1);
});

test('a device without sound says so and does not fail', async () => {
  const player = new Player(1, () => null);
  expect(await player.unlock()).toBe(false);
  player.play('new');
  expect(player.isOn).toBe(false);
});
