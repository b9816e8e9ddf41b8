import { expect, type Locator, type Page } from '@playwright/test';

/** The field for a new note. */
export const newNote = (page: Page): Locator => page.getByLabel('New note', { exact: true });

/** The note with the text `text`. */
export const note = (page: Page, text: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByText(text, { exact: true }) });

/** Fills in the form for a new note and sends it, without waiting for the note. */
export async function addNote(page: Page, text: string): Promise<void> {
  await newNote(page).fill(text);
  await page.getByRole('button', { name: 'Add note' }).click();
}

/** Adds a note and waits until it is in the list. */
export async function writeNote(page: Page, text: string): Promise<void> {
  await addNote(page, text);
  await expect(note(page, text)).toBeVisible();
}
