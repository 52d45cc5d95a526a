import { expect, test } from 'vitest';
import { changeOf, draftOf, lastSaid } from './card.ts';

const ANA = { name: 'Ana', phone: '3001234567', email: null, notes: null, document: { kind: 'cc' as const, number: '52123456' }, addresses: [{ text: 'Carrera 7' }] };

test('what is not edited stays, and what is empty is left out', () => {
  const draft = draftOf(ANA);
  draft.addresses.push({ text: '  ', notes: 'nadie' });
  draft.email = ' ana@correo.co ';
  expect(changeOf(ANA, draft, 'blocked')).toEqual({ status: 'blocked', phone: '3001234567', name: 'Ana', email: 'ana@correo.co', document: ANA.document, addresses: [{ text: 'Carrera 7' }] });
});

test('the last that was said of a purpose holds', () => {
  const said = (given: boolean) => ({ purpose: 'marketing' as const, given, wording: '¿?', at: '', by: {} as never });
  expect(lastSaid({ consents: [] }, 'marketing')).toBeNull();
  expect(lastSaid({ consents: [said(true), said(false)] }, 'marketing')).toBe(false);
});
