import { expectSignedIn, signIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { endSession, signInOverHttp } from '../../support/people';

test('a person sets a display name', { tag: '@no-wasm' }, async ({ page, person, visit }) => {
  await visit('/account');
  const name = page.getByLabel('Display name', { exact: true });
  await name.fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your name is saved.' })).toBeVisible();
  await expect(page.getByRole('banner')).toContainText('Ada Lovelace');
  await expect(name).toHaveValue('Ada Lovelace');

  await visit('/account');
  await expect(page.getByRole('banner')).toContainText('Ada Lovelace');
  await expect(name).toHaveValue('Ada Lovelace');
  await name.fill('');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expectSignedIn(page, person);
});

test('a name that is too long comes back with the reason', async ({ page, person, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/account');
  const name = page.getByLabel('Display name', { exact: true });
  await name.fill('a'.repeat(81));
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveAccessibleDescription(/at most 80 characters/);
  await expect(name).toHaveValue('a'.repeat(81));
  await expectSignedIn(page, person);
});

test('a form filled in after the session ended is restored after signing in', async ({
  page,
  person,
  request,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(401);
  const forms = [
    ['/account', 'Display name', 'Countess Ada', 'Save name'],
    ['/account', 'New address', 'countess@example.org', 'Change address'],
    ['/account/data', 'Your address', person.email, 'Delete my account'],
  ] as const;
  let token = person.access_token;
  for (const [path, label, text, button] of forms) {
    await test.step(label, async () => {
      await visit(path);
      await page.getByLabel(label, { exact: true }).fill(text);
      await endSession(request, baseURL!, token);
      await page.getByRole('button', { name: button }).click();
      await expect(page).toHaveURL(`/login?next=${path}`);
      await signIn(page, person);
      await expect(page).toHaveURL(path);
      await expect(page.getByLabel(label, { exact: true })).toHaveValue(text);
    });
    ({ access_token: token } = await signInOverHttp(page.context().request, baseURL!, person));
  }
});

test('the message that a name is saved appears each time', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  await visit('/account');
  const said = page.getByRole('status').filter({ hasText: 'Your name is saved.' });
  await page.getByLabel('Display name', { exact: true }).fill('Ada');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(said).toBeVisible();
  const release = await hold(page, '/api/account/name');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(said).toHaveCount(0);
  await release();
  await expect(said).toBeVisible();
  await expect(page.getByRole('banner').getByTitle(person.email)).toBeVisible();
});
