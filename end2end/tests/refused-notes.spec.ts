import { addNote, newNote, note } from '../actions';
import { expect, test } from '../fixtures';

const TOO_LONG = 'w'.repeat(2_001);

test('a note that is too long comes back whole, with the reason', async ({
  page,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  if (hydrates) quiet.except(422);
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

test('an edit that is too long comes back whole, beside the note', async ({
  page,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  if (hydrates) quiet.except(422);
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

test('a reload in the middle of an edit is still in the middle of it', async ({ page, person, visit }) => {
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

test('an edit of what is not there shows the notes', async ({ page, person, visit }) => {
  await visit('/notes?edit=01a20762-0000-7000-8000-000000000000');
  await expect(page.getByText('No notes yet')).toBeVisible();
  await expect(page.getByRole('banner')).toContainText(person.email);
});

test('deleting what another tab has deleted is no accident', async ({
  page,
  context,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  if (hydrates) quiet.except(404);
  await visit('/notes');
  await addNote(page, 'twice');
  await expect(note(page, 'twice')).toBeVisible();
  const other = await context.newPage();
  await visit('/notes', other);
  for (const tab of [page, other]) {
    await note(tab, 'twice').getByRole('button', { name: 'Delete' }).click();
    await expect(note(tab, 'twice')).toHaveCount(0);
    await expect(tab.getByRole('banner')).toContainText(person.email);
  }
});

test('a note that is too large to be sent is refused with the reason', async ({
  page,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  if (hydrates) quiet.except(413);
  await visit('/notes');
  await addNote(page, 'w'.repeat(1_000_000));
  await expect(page.getByText('That is more than can be sent at once.')).toBeVisible();
  if (hydrates) await expect(newNote(page)).toHaveValue(/^w{1000000}$/);
  await expect(page.getByRole('banner')).toContainText(person.email);
});
