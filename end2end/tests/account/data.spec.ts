import { readFile } from 'node:fs/promises';
import { expectSignedIn, expectSignedOut, note, refreshCookie, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { expectSignInRefused, expectTokenRefused } from '../../support/people';

test('a person downloads all their data', async ({ page, person, visit }) => {
  await visit('/notes');
  await writeNote(page, 'to take along');
  await visit('/account/data');
  for (let times = 0; times < 2; times += 1) {
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download my data' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('account.json');
    const data = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(data.account.email).toBe(person.email);
    expect(data.notes.map(({ body }: { body: string }) => body)).toEqual(['to take along']);
    expect(data.sessions, 'exported sessions').toHaveLength(1);
    expect(JSON.stringify(data), 'the export holds no password').not.toContain(person.password);
  }
  await expect(page).toHaveURL('/account/data');
  await visit('/notes');
  await expect(note(page, 'to take along')).toBeVisible();
  await expectSignedIn(page, person);
});

test('a person deletes their account', { tag: '@no-wasm' }, async ({
  page,
  person,
  context,
  request,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(422);
  await visit('/account/data');
  const confirmation = page.getByRole('textbox', { name: 'Your address' });
  await confirmation.fill('somebody@example.org');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(confirmation).toHaveAccessibleDescription(/not the address of your account/);
  await expect(confirmation).toHaveValue('somebody@example.org');
  await confirmation.fill(person.email);
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('status').filter({ hasText: 'Your account is deleted.' })).toBeVisible();
  await expectSignedOut(page);
  expect(await refreshCookie(context, baseURL!), 'no refresh cookie').toBeUndefined();
  await expectSignInRefused(request, baseURL!, person);
  await expectTokenRefused(request, baseURL!, person.access_token);
});
