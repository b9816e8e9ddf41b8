import { addNote, expectSignedIn, newNote, note, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { post } from '../../support/people';

test('a person writes, changes and deletes notes', async ({ page, person, visit }) => {
  await visit('/notes');
  await expect(page.getByText('No notes yet')).toBeVisible();

  await writeNote(page, 'buy milk');
  await expect(newNote(page)).toHaveValue('');
  await writeNote(page, 'call Grace');
  await expect(page.getByRole('listitem')).toHaveCount(2);

  await note(page, 'buy milk').getByRole('link', { name: 'Edit' }).click();
  const edited = page.getByLabel('Edit note', { exact: true });
  await expect(edited).toHaveValue('buy milk');
  await edited.fill('buy oat milk');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(note(page, 'buy oat milk')).toBeVisible();
  await expect(page.getByText('buy milk', { exact: true })).toHaveCount(0);

  await note(page, 'call Grace').getByRole('button', { name: 'Delete' }).click();
  await expect(note(page, 'call Grace')).toHaveCount(0);

  await visit('/notes');
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await expect(note(page, 'buy oat milk')).toBeVisible();
});

test('a cancelled edit changes nothing', async ({ page, person, visit }) => {
  await visit('/notes');
  await writeNote(page, 'keep me');
  await note(page, 'keep me').getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Edit note', { exact: true }).fill('something else');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(note(page, 'keep me')).toBeVisible();
  await visit('/notes');
  await expect(note(page, 'keep me')).toBeVisible();
});

test('a note is shown as text, also if it looks like HTML', async ({ page, person, visit }) => {
  const text = '<script>alert(1)</script> <b>ü</b> & "quotes" 😀';
  await visit('/notes');
  await addNote(page, text);
  await expect(note(page, text)).toBeVisible();
  await visit('/notes');
  await expect(note(page, text)).toBeVisible();
});

test('a note keeps its lines', async ({ page, person, visit }) => {
  await visit('/notes');
  await addNote(page, 'first\nsecond');
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await visit('/notes');
  await expect(page.getByRole('listitem').locator('.record-text')).toHaveText('first\nsecond', {
    useInnerText: true,
  });
});

test('an empty note is refused beside its field', async ({ page, person, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/notes');
  // Blanks, because a browser may refuse an empty field itself.
  await addNote(page, '   ');
  await expect(newNote(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(newNote(page)).toHaveAccessibleDescription(/Fill this in/);
  await expect(page.getByRole('listitem')).toHaveCount(0);
  await writeNote(page, 'better');
  await expect(newNote(page)).not.toHaveAttribute('aria-invalid', 'true');
});

test("a person cannot see or change another person's notes", async ({
  page,
  person,
  account,
  request,
  baseURL,
  visit,
}) => {
  await visit('/notes');
  await writeNote(page, 'mine alone');
  const id = (await note(page, 'mine alone').getAttribute('id'))?.replace(/^record-/, '') ?? '';
  expect(id).not.toBe('');

  const bearer = { Authorization: `Bearer ${account.access_token}` };
  const list = await post(request, baseURL!, '/api/notes/list', {}, bearer);
  expect(await list.json(), 'notes of the other person').toEqual([]);
  const edit = await post(request, baseURL!, '/api/notes/edit', { id, version: '1', body: 'taken over' }, bearer);
  expect(edit.status(), 'the edit is refused').toBe(404);
  const remove = await post(request, baseURL!, '/api/notes/delete', { id, version: '1' }, bearer);
  expect([200, 404]).toContain(remove.status());

  await visit('/notes');
  await expect(note(page, 'mine alone')).toBeVisible();
});

test('two people on two devices each see their own notes', async ({
  page,
  person,
  account,
  elsewhere,
  request,
  visit,
}) => {
  const other = await elsewhere();
  await other.context().addCookies((await request.storageState()).cookies);
  await visit('/notes');
  await visit('/notes', other);
  await addNote(page, 'from the first');
  await addNote(other, 'from the second');
  await expect(note(page, 'from the first')).toBeVisible();
  await expect(note(other, 'from the second')).toBeVisible();
  for (const [on, who] of [
    [page, person],
    [other, account],
  ] as const) {
    await visit('/notes', on);
    await expect(on.getByRole('banner')).toContainText(who.email);
    await expect(on.getByRole('listitem')).toHaveCount(1);
  }
});

test(
  'the second click of a double-click does not hit the element that replaced the first',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    for (const body of ['a', 'b', 'c']) {
      await addNote(page, body);
      await expect(note(page, body)).toBeVisible();
    }
    const box = await note(page, 'b').getByRole('button', { name: 'Delete' }).boundingBox();
    await page.mouse.move(box!.x + box!.width / 2, box!.y + box!.height / 2);
    await page.mouse.down({ clickCount: 1 });
    await page.mouse.up({ clickCount: 1 });
    await expect(note(page, 'b')).toHaveCount(0);
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await writeNote(page, 'd');
    await expect(note(page, 'a')).toBeVisible();
    await expect(note(page, 'c')).toBeVisible();
    await expectSignedIn(page, person);
  },
);
