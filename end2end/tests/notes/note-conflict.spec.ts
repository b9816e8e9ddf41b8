import type { BrowserContext, Page } from '@playwright/test';
import { addNote, note, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

const edited = (page: Page) => page.getByLabel('Edit note', { exact: true });
const current = (page: Page) => page.getByRole('region', { name: 'The note as it is now' });

/** Changes the note `from` to `to` in the tab `page`. */
async function change(page: Page, from: string, to: string): Promise<void> {
  await note(page, from).getByRole('link', { name: 'Edit' }).click();
  await edited(page).fill(to);
  await page.getByRole('button', { name: 'Save' }).click();
}

/** Saves "soy milk" in `page` after another tab has changed the note "milk" to "oat milk". Returns the other tab. */
async function conflict(
  page: Page,
  context: BrowserContext,
  visit: (path: string, page?: Page) => Promise<unknown>,
): Promise<Page> {
  await visit('/notes');
  await addNote(page, 'milk');
  await note(page, 'milk').getByRole('link', { name: 'Edit' }).click();
  await expect(edited(page)).toHaveValue('milk');
  const other = await context.newPage();
  await visit('/notes', other);
  await change(other, 'milk', 'oat milk');
  await expect(note(other, 'oat milk')).toBeVisible();

  await edited(page).fill('soy milk');
  await page.getByRole('button', { name: 'Save' }).click();
  return other;
}

test('of two tabs that change a note, the later one sees both texts', async ({
  page,
  context,
  person,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(412);
  const other = await conflict(page, context, visit);
  await expect(page.getByRole('main')).toContainText('This was changed elsewhere since you opened it');
  await expect(current(page)).toContainText('oat milk');
  await expect(edited(page)).toHaveValue('soy milk');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(note(page, 'soy milk')).toBeVisible();
  await visit('/notes', other);
  await expect(note(other, 'soy milk')).toBeVisible();
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test('a person who discards their text keeps the other', async ({ page, context, person, quiet, visit }) => {
  quiet.exceptFetches(412);
  await conflict(page, context, visit);
  await expect(current(page)).toContainText('oat milk');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(note(page, 'oat milk')).toBeVisible();
  await note(page, 'oat milk').getByRole('link', { name: 'Edit' }).click();
  await expect(edited(page)).toHaveValue('oat milk');
  await expect(current(page)).toHaveCount(0);
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test('a note that another tab has changed is not deleted without showing it', async ({
  page,
  context,
  person,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(412);
  await visit('/notes');
  await writeNote(page, 'milk');
  const other = await context.newPage();
  await visit('/notes', other);
  await change(other, 'milk', 'oat milk');
  await expect(note(other, 'oat milk')).toBeVisible();

  await note(page, 'milk').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('main')).toContainText('This was changed elsewhere since you opened it');
  await expect(note(page, 'oat milk')).toBeVisible();
  await note(page, 'oat milk').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No notes yet')).toBeVisible();
  await expect(page.getByText('This was changed elsewhere')).toHaveCount(0);
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test(
  'a draft of an older version is shown beside the current text',
  { tag: '@hydrated' },
  async ({ page, context, person, visit }) => {
    await visit('/notes');
    await addNote(page, 'milk');
    await note(page, 'milk').getByRole('link', { name: 'Edit' }).click();
    await edited(page).fill('soy milk');
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(page).toHaveURL('/account');
    const other = await context.newPage();
    await visit('/notes', other);
    await change(other, 'milk', 'oat milk');
    await expect(note(other, 'oat milk')).toBeVisible();

    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await note(page, 'oat milk').getByRole('link', { name: 'Edit' }).click();
    await expect(edited(page)).toHaveValue('soy milk');
    await expect(current(page)).toContainText('oat milk');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(note(page, 'soy milk')).toBeVisible();
    await expect(page.getByRole('banner')).toContainText(person.email);
  },
);
