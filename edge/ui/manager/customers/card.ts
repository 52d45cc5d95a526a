/** A guest's card as it is edited: texts of the fields, and back to what the box takes. */
import type { ConsentPurpose, CustomerCard, CustomerCardChange } from '$ui/api/types.ts';

export const MOST_ADDRESSES = 10;

export interface CardDraft { name: string; phone: string; email: string; notes: string; addresses: { text: string; notes: string }[] }

export function draftOf({ name, phone, email, notes, addresses }: Pick<CustomerCard, 'name' | 'phone' | 'email' | 'notes' | 'addresses'>): CardDraft {
  return { name: name ?? '', phone, email: email ?? '', notes: notes ?? '', addresses: addresses.map((address) => ({ text: address.text, notes: address.notes ?? '' })) };
}

/** All of the card, as it is to be: what is empty is left out, and what is not edited here stays. */
export function changeOf({ document }: Pick<CustomerCard, 'document'>, draft: CardDraft, status: CustomerCard['status']): CustomerCardChange {
  const told = <K extends string>(key: K, text: string) => (text.trim() === '' ? {} : { [key]: text.trim() });
  const addresses = draft.addresses.filter(({ text }) => text.trim() !== '').map(({ text, notes }) => ({ text: text.trim(), ...told('notes', notes) }));
  return {
    status, phone: draft.phone.trim(), addresses, ...told('name', draft.name), ...told('email', draft.email), ...told('notes', draft.notes),
    ...(document === null ? {} : { document }),
  };
}

/** What the guest said last about a purpose; null when they were never asked. */
export function lastSaid({ consents }: Pick<CustomerCard, 'consents'>, purpose: ConsentPurpose): boolean | null {
  const said = consents.filter((consent) => consent.purpose === purpose);
  return said[said.length - 1]?.given ?? null;
}
