import type { Page } from 'playwright-core';

/** Picks the face, then the PIN, digit by digit; a PIN of four sends itself. */
export async function logIn(page: Page, { name, pin }: { name: string; pin: string }): Promise<void> {
  await page.getByRole('button', { name: new RegExp(name) }).click();
  await typePin(page, pin);
}

export async function typePin(page: Page, pin: string): Promise<void> {
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
}
