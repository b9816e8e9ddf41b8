import type { Page } from '@playwright/test';
import { addNote, newNote, note, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

const TOO_LONG = 'w'.repeat(2_001);

test('a note that is too long is kept in the form, with the reason', async ({ page, person, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/notes');
  await addNote(page, TOO_LONG);
  await expect(newNote(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(newNote(page)).toHaveAccessibleDescription(/at most 2000 characters/);
  await expect(newNote(page)).toHaveValue(TOO_LONG);
  await expect(page.getByRole('banner')).toContainText(person.email);
  await newNote(page).fill(TOO_LONG.slice(1));
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page, TOO_LONG.slice(1))).toBeVisible();
});

test('an edit that is too long is kept beside the note', async ({ page, person, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/notes');
  await addNote(page, 'short');
  await note(page, 'short').getByRole('link', { name: 'Edit' }).click();
  const edited = page.getByLabel('Edit note', { exact: true });
  await edited.fill(TOO_LONG);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(edited).toHaveAttribute('aria-invalid', 'true');
  await expect(edited).toHaveAccessibleDescription(/at most 2000 characters/);
  await expect(edited).toHaveValue(TOO_LONG);
  await expect(newNote(page)).toHaveValue('');
  await expect(newNote(page)).not.toHaveAttribute('aria-invalid', 'true');
  await edited.fill('shorter');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(note(page, 'shorter')).toBeVisible();
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test('a reload during an edit continues the edit', async ({ page, person, visit }) => {
  await visit('/notes');
  await addNote(page, 'by and by');
  await note(page, 'by and by').getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('Edit note', { exact: true })).toHaveValue('by and by');
  await expect(page).toHaveURL(/\/notes\?edit=/);
  const edit = page.url();
  await visit(edit);
  await expect(page.getByLabel('Edit note', { exact: true })).toHaveValue('by and by');
  await page.getByLabel('Edit note', { exact: true }).fill('at once');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(note(page, 'at once')).toBeVisible();
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test('editing an unknown note shows the list', async ({ page, person, visit }) => {
  await visit('/notes?edit=01a20762-0000-7000-8000-000000000000');
  await expect(page.getByText('No notes yet')).toBeVisible();
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test('deleting a note that another tab has deleted is no error', async ({
  page,
  context,
  person,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(404);
  await visit('/notes');
  await writeNote(page, 'twice');
  const other = await context.newPage();
  await visit('/notes', other);
  for (const tab of [page, other]) {
    await note(tab, 'twice').getByRole('button', { name: 'Delete' }).click();
    await expect(note(tab, 'twice')).toHaveCount(0);
    await expect(tab.getByRole('banner')).toContainText(person.email);
  }
});

test('an edit of a note that another tab has deleted is kept', async ({
  page,
  context,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  quiet.exceptFetches(404);
  await visit('/notes');
  await addNote(page, 'gone soon');
  await note(page, 'gone soon').getByRole('link', { name: 'Edit' }).click();
  const edited = page.getByLabel('Edit note', { exact: true });
  await edited.fill('half a thought');
  const other = await context.newPage();
  await visit('/notes', other);
  await note(other, 'gone soon').getByRole('button', { name: 'Delete' }).click();
  await expect(note(other, 'gone soon')).toHaveCount(0);

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('main').getByText('There is nothing here.')).toBeVisible();
  await expect(hydrates ? edited : newNote(page)).toHaveValue('half a thought');
  if (!hydrates) {
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(note(page, 'half a thought')).toBeVisible();
    await expect(newNote(page)).toHaveValue('');
  }
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test.describe('a refused text that came back with its page', { tag: '@hydrated' }, () => {
  /** Opens `path` without hydration and sends `text` from there; the next page hydrates. */
  async function post(page: Page, path: string, text: string, button: string): Promise<void> {
    await page.route('**/*.wasm', route => route.abort());
    await page.goto(path);
    await page.route('**/api/notes/*', async route => {
      await page.unroute('**/*.wasm');
      await route.fallback();
    });
    await page.getByLabel(button === 'Save' ? 'Edit note' : 'New note', { exact: true }).fill(text);
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(/__err=/);
    await page.locator('html[data-hydrated]').waitFor();
  }

  test('survives the way to another page', async ({ page, person, quiet, visit }) => {
    quiet.except('ERR_FAILED', 'PART');
    await visit('/account');
    await post(page, '/notes', TOO_LONG, 'Add note');
    await expect(newNote(page)).toHaveValue(TOO_LONG);
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(page).toHaveURL('/account');
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await expect(newNote(page)).toHaveValue(TOO_LONG);
    await expect(page.getByRole('banner')).toContainText(person.email);
  });

  for (const end of ['Cancel', 'Save'] as const) {
    test(`is gone after ${end}`, async ({ page, person, quiet, visit }) => {
      quiet.except('ERR_FAILED', 'PART');
      await visit('/notes');
      await addNote(page, 'short');
      await note(page, 'short').getByRole('link', { name: 'Edit' }).click();
      await expect(page).toHaveURL(/\/notes\?edit=/);
      await post(page, page.url(), TOO_LONG, 'Save');
      const edited = page.getByLabel('Edit note', { exact: true });
      await expect(edited).toHaveValue(TOO_LONG);
      if (end === 'Save') await edited.fill('shorter');
      await page.getByText(end, { exact: true }).click();
      const text = end === 'Save' ? 'shorter' : 'short';
      await note(page, text).getByRole('link', { name: 'Edit' }).click();
      await expect(edited).toHaveValue(text);
      await expect(page.getByRole('banner')).toContainText(person.email);
    });
  }
});

test('a note that is too large to be sent is refused with the reason', async ({
  page,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  quiet.exceptFetches(413);
  await visit('/notes');
  await addNote(page, 'w'.repeat(1_000_000));
  await expect(page.getByText('That is more than can be sent at once.')).toBeVisible();
  if (hydrates) await expect(newNote(page)).toHaveValue(/^w{1000000}$/);
  await expect(page.getByRole('banner')).toContainText(person.email);
});
