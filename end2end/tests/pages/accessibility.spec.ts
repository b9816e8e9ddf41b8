import { addNote, createAccount, newNote, note, signIn, signOut, writeNote } from '../../support/actions';
import { expectAccessible } from '../../support/checks';
import { expect, test } from '../../support/fixtures';
import { stranger } from '../../support/people';

for (const path of ['/', '/login', '/signup', '/login?next=/notes']) {
  test(`${path} for a visitor`, async ({ page, javaScriptEnabled, visit }) => {
    await visit(path);
    await expectAccessible(page, { javaScriptEnabled });
  });
}

for (const path of ['/', '/account', '/notes']) {
  test(`${path} for a signed-in person`, async ({ page, person, javaScriptEnabled, visit }) => {
    await visit(path);
    await expect(page.getByRole('banner')).toContainText(person.email);
    await expectAccessible(page, { javaScriptEnabled });
  });
}

test('the description of the API', async ({ page, javaScriptEnabled }) => {
  await page.goto('/api/v1/docs');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('API');
  await expectAccessible(page, { javaScriptEnabled });
});

test('a page that does not exist', async ({ page, quiet, javaScriptEnabled, visit }) => {
  quiet.except(404);
  await visit('/no/such/door');
  await expectAccessible(page, { javaScriptEnabled });
});

test('a refused sign-in', async ({ page, quiet, javaScriptEnabled, visit }) => {
  quiet.exceptFetches(401);
  await visit('/login');
  await signIn(page, stranger());
  await expect(page.getByRole('alert')).toContainText('not right');
  await expectAccessible(page, { javaScriptEnabled });
});

test('a refused sign-up', async ({ page, quiet, javaScriptEnabled, visit }) => {
  quiet.exceptFetches(422);
  await visit('/signup');
  await createAccount(page, { email: 'none', password: 'short' });
  await expect(page.getByLabel('Email', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page, { javaScriptEnabled });
});

test('notes: some, one refused, one being edited', async ({
  page,
  person,
  quiet,
  javaScriptEnabled,
  visit,
}) => {
  quiet.exceptFetches(422);
  await visit('/notes');
  await expect(page.getByRole('banner')).toContainText(person.email);
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

test('the message after signing out', async ({ page, person, javaScriptEnabled, visit }) => {
  await visit('/account');
  await expect(page.getByRole('banner')).toContainText(person.email);
  await signOut(page);
  await expect(page.getByText('You have signed out.')).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });
});

test('a shown password', { tag: '@hydrated' }, async ({ page, visit }) => {
  await visit('/signup');
  await page.getByRole('button', { name: 'Show password' }).click();
  await expectAccessible(page);
});

test('being offline', { tag: '@hydrated' }, async ({ page, context, person, quiet, visit }) => {
  quiet.except('ERR_INTERNET_DISCONNECTED');
  await visit('/notes');
  await expect(page.getByRole('banner')).toContainText(person.email);
  await context.setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  await expectAccessible(page);
});
