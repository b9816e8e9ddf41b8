import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { post } from '../../support/people';
import { addNote, newNote, note, writeNote } from './actions';

test('the page is accessible with some notes, one refused, and one being edited', async ({
  page,
  person,
  quiet,
  javaScriptEnabled,
  visit,
}) => {
  quiet.exceptFetches(422);
  await visit('/notes');
  await expectAccessible(page, { javaScriptEnabled });
  await writeNote(page, 'the first');
  await writeNote(page, 'the second');
  await expectAccessible(page, { javaScriptEnabled });

  await addNote(page, '  ');
  await expect(newNote(page)).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page, { javaScriptEnabled });

  await visit('/notes');
  await note(page, 'the first').getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('Edit note', { exact: true })).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });
});

atWidths([320, 1600], () => {
  test('a long word does not scroll the page sideways', async ({ page, person, visit }) => {
    await visit('/notes');
    await addNote(page, 'w'.repeat(600));
    await expect(page.getByRole('listitem')).toHaveCount(1);
    await expectNoSidewaysScrolling(page);
    await page.getByRole('link', { name: 'Edit' }).click();
    await expect(page.getByLabel('Edit note', { exact: true })).toBeVisible();
    await expectNoSidewaysScrolling(page);
  });
});

test('a note is in the HTML', async ({ page, person, context, baseURL, visit }) => {
  const bearer = { Authorization: `Bearer ${person.access_token}` };
  await post(context.request, baseURL!, '/api/notes/add', { body: 'rendered first' }, bearer);
  const html = await (await visit('/notes')).text();
  expect(html, 'the HTML of the server').toContain('rendered first');
  await expect(page.getByText('rendered first', { exact: true })).toBeVisible();
});
