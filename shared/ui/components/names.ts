/** `Camila Mora` → `CM`; a courtesy in front does not count. */
export function initials(name: string): string {
  const words = name.replace(/^(don|doña)\s+/i, '').split(/\s+/).filter((word) => word !== '');
  return words.slice(0, 2).map((word) => (word[0] ?? '').toLocaleUpperCase('es')).join('');
}
