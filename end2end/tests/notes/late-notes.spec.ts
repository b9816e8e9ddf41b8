import type { Page } from '@playwright/test';
import { addNote, expectSignedIn, newNote, note, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { count, hold } from '../../support/network';

/** The field of a note that is being edited. */
const editedNote = (page: Page) => page.getByLabel('Edit note', { exact: true });

/** Opens the note `text` for editing. */
async function edit(page: Page, text: string): Promise<void> {
  await note(page, text).getByRole('link', { name: 'Edit' }).click();
  await expect(editedNote(page)).toHaveValue(text);
}

/** Holds the requests of `page` to `path`. Returns a function that releases them and waits for the first answer. */
async function holdAnswer(page: Page, path: string): Promise<() => Promise<void>> {
  const release = await hold(page, path);
  return async () => {
    const answered = page.waitForResponse(`**${path}`);
    await release();
    await (await answered).finished();
  };
}

/** Opens the page `name` by its link in the header. */
async function go(page: Page, name: 'Account' | 'Notes'): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}

test(
  'text typed while a note is being added is kept',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    const release = await holdAnswer(page, '/api/notes/add');
    await addNote(page, 'first');
    await newNote(page).press('End');
    await newNote(page).pressSequentially(' and a second thought');
    await release();
    await expect(note(page, 'first')).toBeVisible();
    await expect(newNote(page)).toHaveValue('first and a second thought');
    await expect(newNote(page)).toBeFocused();
    await go(page, 'Account');
    await go(page, 'Notes');
    await expect(newNote(page)).toHaveValue('first and a second thought');
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(note(page, 'first and a second thought')).toBeVisible();
    await expect(newNote(page)).toHaveValue('');
    await expectSignedIn(page, person);
  },
);

test(
  'text typed while a note is being saved is kept',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    await addNote(page, 'first');
    await edit(page, 'first');
    const release = await holdAnswer(page, '/api/notes/edit');
    await editedNote(page).fill('second');
    const save = page.getByRole('button', { name: 'Save' });
    await save.click();
    await editedNote(page).press('Home');
    await editedNote(page).pressSequentially('every ');
    await release();
    await expect(save).not.toHaveAttribute('aria-busy', 'true');
    await editedNote(page).pressSequentially('single ');
    await expect(editedNote(page)).toHaveValue('every single second');
    await save.click();
    await expect(note(page, 'every single second')).toBeVisible();
    await expect(editedNote(page)).toHaveCount(0);
    await expectSignedIn(page, person);
  },
);

test(
  'the saved text is shown when later typing is discarded',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    await addNote(page, 'first');
    await edit(page, 'first');
    const release = await holdAnswer(page, '/api/notes/edit');
    await editedNote(page).fill('second');
    const save = page.getByRole('button', { name: 'Save' });
    await save.click();
    await editedNote(page).fill('third');
    await release();
    await expect(save).not.toHaveAttribute('aria-busy', 'true');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await expect(note(page, 'second')).toBeVisible();
    await edit(page, 'second');
    await expectSignedIn(page, person);
  },
);

test(
  'adding a note does not move the focus from another one',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    await writeNote(page, 'other');
    const release = await holdAnswer(page, '/api/notes/add');
    await addNote(page, 'first');
    await edit(page, 'other');
    await editedNote(page).fill('another');
    await release();
    await expect(note(page, 'first')).toBeVisible();
    await expect(newNote(page)).toHaveValue('');
    await expect(editedNote(page)).toBeFocused();
    await expect(editedNote(page)).toHaveValue('another');
    await expectSignedIn(page, person);
  },
);

test(
  'saving a note does not move the focus from another one',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    for (const text of ['first', 'other']) {
      await addNote(page, text);
      await expect(note(page, text)).toBeVisible();
    }
    await edit(page, 'first');
    const release = await holdAnswer(page, '/api/notes/edit');
    await editedNote(page).fill('saved');
    await page.getByRole('button', { name: 'Save' }).click();
    await edit(page, 'other');
    await editedNote(page).fill('another');
    await release();
    await expect(note(page, 'saved')).toBeVisible();
    await expect(editedNote(page)).toBeFocused();
    await expect(editedNote(page)).toHaveValue('another');
    await expect(page).toHaveURL(/\/notes\?edit=/);
    await expectSignedIn(page, person);
  },
);

test(
  'a note added while its page is closed is in the list later',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    const release = await holdAnswer(page, '/api/notes/add');
    await addNote(page, 'on its way');
    await go(page, 'Account');
    await go(page, 'Notes');
    await expect(page.getByText('No notes yet')).toBeVisible();
    await expect(newNote(page)).toHaveValue('on its way');
    await release();
    await expect(note(page, 'on its way')).toBeVisible();
    await expect(newNote(page)).toHaveValue('');
    await expect(page.getByRole('listitem')).toHaveCount(1);
    await expectSignedIn(page, person);
  },
);

test(
  'text typed meanwhile is kept, with the focus',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    const release = await holdAnswer(page, '/api/notes/add');
    await addNote(page, 'on its way');
    await go(page, 'Account');
    await go(page, 'Notes');
    await newNote(page).press('End');
    await newNote(page).pressSequentially(' home');
    await release();
    await expect(note(page, 'on its way')).toBeVisible();
    await expect(newNote(page)).toHaveValue('on its way home');
    await expect(newNote(page)).toBeFocused();
    await expectSignedIn(page, person);
  },
);

test(
  'an added note stays although an older list arrives after it',
  { tag: '@hydrated' },
  async ({ page, person, baseURL, visit }) => {
    await visit('/notes');
    const release = await holdAnswer(page, '/api/notes/add');
    await addNote(page, 'on its way');
    await go(page, 'Account');
    let deliver = () => {};
    const read = new Promise<void>(resolve => {
      void page.route(
        '**/api/notes/list',
        async route => {
          const response = await route.fetch({ headers: { ...route.request().headers(), origin: baseURL! } });
          deliver = () => void route.fulfill({ response });
          resolve();
        },
        { times: 1 },
      );
    });
    // The document contains its notes.
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await read;
    await release();
    deliver();
    await expect(note(page, 'on its way')).toBeVisible();
    await expect(newNote(page)).toHaveValue('');
    await expectSignedIn(page, person);
  },
);

for (const [what, endpoint, button] of [
  ['changed', '/api/notes/edit', 'Save'],
  ['deleted', '/api/notes/delete', 'Delete'],
] as const) {
  test(
    `a note that is ${what} while its writer is away is so when they are back`,
    { tag: '@hydrated' },
    async ({ page, person, visit }) => {
      await visit('/notes');
      await writeNote(page, 'before');
      const release = await holdAnswer(page, endpoint);
      if (button === 'Save') {
        await edit(page, 'before');
        await editedNote(page).fill('after');
      }
      await page.getByRole('button', { name: button }).click();
      await go(page, 'Account');
      await go(page, 'Notes');
      await expect(note(page, 'before')).toBeVisible();
      await release();
      await expect(note(page, 'before')).toHaveCount(0);
      await expect(page.getByRole('listitem')).toHaveCount(button === 'Save' ? 1 : 0);
      await expectSignedIn(page, person);
    },
  );
}

test('a deletion moves the focus to the next element', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  await visit('/notes');
  for (const text of ['third', 'second', 'first']) {
    await addNote(page, text);
    await expect(note(page, text)).toBeVisible();
  }
  const deletion = (text: string) => note(page, text).getByRole('button', { name: 'Delete' });
  const edit = (text: string) => note(page, text).getByRole('link', { name: 'Edit' });
  await deletion('second').press('Enter');
  await expect(note(page, 'second')).toHaveCount(0);
  await expect(edit('third')).toBeFocused();
  await deletion('third').click();
  await expect(note(page, 'third')).toHaveCount(0);
  await expect(edit('first')).toBeFocused();
  await deletion('first').press('Enter');
  await expect(note(page, 'first')).toHaveCount(0);
  await expect(newNote(page)).toBeFocused();
  await expectSignedIn(page, person);
});

test(
  'a deletion does not move the focus from a note that is being edited',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    for (const text of ['second', 'first']) {
      await addNote(page, text);
      await expect(note(page, text)).toBeVisible();
    }
    const release = await holdAnswer(page, '/api/notes/delete');
    await note(page, 'first').getByRole('button', { name: 'Delete' }).click();
    await newNote(page).fill('third');
    await release();
    await expect(note(page, 'first')).toHaveCount(0);
    await expect(newNote(page)).toBeFocused();
    await expectSignedIn(page, person);
  },
);

test('a key that is held down deletes one note', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  await visit('/notes');
  for (const text of ['second', 'first']) {
    await addNote(page, text);
    await expect(note(page, text)).toBeVisible();
  }
  const deletions = count(page, '/api/notes/delete');
  await note(page, 'first').getByRole('button', { name: 'Delete' }).focus();
  await page.keyboard.down('Enter');
  await expect(note(page, 'first')).toHaveCount(0);
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await expect(page).toHaveURL('/notes');
  await writeNote(page, 'third');
  await expect(note(page, 'second')).toBeVisible();
  expect(deletions.times, 'requests').toBe(1);
  await expectSignedIn(page, person);
});
