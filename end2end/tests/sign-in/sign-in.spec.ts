import {
  emailField,
  expectSignedIn,
  expectSignedOut,
  passwordField,
  refreshCookie,
  signIn,
} from '../../support/actions';
import { expectTokenNowhere } from '../../support/checks';
import { expect, test } from '../../support/fixtures';
import { stranger } from '../../support/people';

test('a person signs in', async ({ page, account, visit }) => {
  await visit('/login');
  await signIn(page, account);
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, account);
  await expectTokenNowhere(page);
  await page.reload();
  await expectSignedIn(page, account);
});

test('a refused sign-in does not reveal which half was wrong', async ({
  page,
  context,
  account,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(401);
  const wrong = { 'a wrong password': { ...account, password: 'not the password' }, 'an unknown address': stranger() };
  for (const [what, tried] of Object.entries(wrong)) {
    await test.step(what, async () => {
      await context.clearCookies();
      await visit('/login');
      await signIn(page, tried);

      await expect(page.getByRole('alert')).toHaveText('The address or the password is not right.');
      await expect(page).toHaveURL(/\/login(\?|$)/);
      await expect(emailField(page)).toHaveValue(tried.email);
      expect(page.url(), 'no typed address in the URL').not.toContain(encodeURIComponent(tried.email));
      expect(page.url(), 'no password in the URL').not.toContain('password');
      await expectSignedOut(page);
      expect(await refreshCookie(context, baseURL!), 'no refresh cookie').toBeUndefined();

      await signIn(page, tried);
      await expect(page.getByRole('alert')).toHaveText('The address or the password is not right.');
      expect(
        new URL(page.url()).searchParams.getAll('__err').length,
        'errors do not pile up in the address',
      ).toBeLessThan(2);

      await emailField(page).fill(account.email);
      await passwordField(page).fill(account.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL('/account');
      await expectSignedIn(page, account);
    });
  }
});

test('Enter in the password field sends the form', async ({ page, account, visit }) => {
  await visit('/login');
  await emailField(page).fill(account.email);
  await passwordField(page).fill(account.password);
  await passwordField(page).press('Enter');
  await expectSignedIn(page, account);
});

test(
  'text typed before hydration is kept',
  { tag: '@hydrated' },
  async ({ page, account }) => {
    let release = () => {};
    const held = new Promise<void>(resolve => (release = resolve));
    await page.route('**/*.wasm', async route => {
      await held;
      await route.continue();
    });
    await page.goto('/login', { waitUntil: 'commit' });
    await emailField(page).fill(account.email);
    await passwordField(page).fill(account.password);
    await page.getByLabel('Keep me signed in').check();
    release();
    await page.locator('html[data-hydrated]').waitFor();
    await expect(emailField(page)).toHaveValue(account.email);
    await expect(passwordField(page)).toHaveValue(account.password);
    await expect(page.getByLabel('Keep me signed in')).toBeChecked();
  },
);
