import {
  addNote,
  createAccount,
  expectSignedIn,
  newNote,
  note,
  signIn,
  writeNote,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { stranger } from '../../support/people';

const to = (name: string) => ({ name, exact: true });

test('leaving the notes while one is being added', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  await visit('/notes');
  await writeNote(page, 'first');
  const release = await hold(page, '/api/notes/add');
  await addNote(page, 'on its way');
  await page.getByRole('link', to('Account')).click();
  await expect(page).toHaveURL('/account');
  const answered = page.waitForResponse('**/api/notes/add');
  await release();
  await (await answered).finished();
  await page.getByRole('link', to('Notes')).click();
  await expect(note(page, 'on its way')).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(2);
  await expectSignedIn(page, person);
});

test(
  'leaving the notes while they are being fetched',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/account');
    const release = await hold(page, '/api/notes/list');
    const asked = page.waitForRequest('**/api/notes/list');
    await page.getByRole('link', to('Notes')).click();
    await asked;
    await page.getByRole('link', to('Account')).click();
    await expect(page).toHaveURL('/account');
    await release();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
    await page.getByRole('link', to('Notes')).click();
    await writeNote(page, 'afterwards');
    await expectSignedIn(page, person);
  },
);

test(
  'leaving the notes while one is refused',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except(422);
    await visit('/notes');
    await writeNote(page, 'first');
    const release = await hold(page, '/api/notes/add');
    await addNote(page, '  ');
    await page.getByRole('link', to('Account')).click();
    await expect(page).toHaveURL('/account');
    const answered = page.waitForResponse('**/api/notes/add');
    await release();
    await (await answered).finished();
    await page.getByRole('link', to('Notes')).click();
    await expect(newNote(page)).not.toHaveAttribute('aria-invalid', 'true');
    await expectSignedIn(page, person);
  },
);

for (const [path, link, endpoint] of [
  ['/login', 'Create account', '/api/auth/login'],
  ['/signup', 'Sign in', '/api/auth/signup'],
] as const) {
  test(
    `leaving ${path} while it is being answered`,
    { tag: '@hydrated' },
    async ({ page, account, visit }) => {
      const person = path === '/login' ? account : stranger();
      await visit(path);
      const release = await hold(page, endpoint);
      await (path === '/login' ? signIn(page, person) : createAccount(page, person));
      await page.getByRole('link', to(link)).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(link);
      await release();
      // The session has begun, so the page shows it although the person left.
      await expectSignedIn(page, person);
      await expect(page).toHaveURL('/account');
    },
  );
}

test('a person goes back and forth through the pages', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  await visit('/');
  // Each page must be open before the next click; otherwise it gets no history entry.
  for (const name of ['Notes', 'Account', 'Notes', 'Account']) {
    await page.getByRole('link', to(name)).click();
    await expect(page).toHaveURL(`/${name.toLowerCase()}`);
  }
  for (const path of ['/notes', '/account', '/notes', '/']) {
    await page.goBack();
    await expect(page).toHaveURL(path);
  }
  await page.goForward();
  await expect(page).toHaveURL('/notes');
  await writeNote(page, 'after all that');
  await expectSignedIn(page, person);
});
