import {
  createAccount,
  emailField,
  expectSignedIn,
  passwordField,
  setNewPassword,
  signIn,
  verificationBanner,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { mailedLink } from '../../support/mailbox';
import { stranger } from '../../support/people';
import { STRICT } from '../../support/servers';

test(
  'signing in leads to where the person was going',
  { tag: '@no-wasm' },
  async ({ page, account, context, visit }) => {
    for (const next of ['/notes', '/account?from=mail&x=%20y', '/account?x=50%25%20off%26more', '/']) {
      await test.step(next, async () => {
        await context.clearCookies();
        await visit(`/login?next=${encodeURIComponent(next)}`);
        await signIn(page, account);
        await expect(page).toHaveURL(next);
        await expectSignedIn(page, account);
      });
    }
  },
);

test('a wrong password keeps the destination', async ({ page, account, quiet, visit }) => {
  quiet.exceptFetches(401);
  await visit('/notes');
  await signIn(page, { ...account, password: 'not the password' });
  await expect(page.getByRole('alert')).toContainText('not right');
  await signIn(page, account);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, account);
});

test('creating an account keeps the destination', { tag: '@no-wasm' }, async ({ page, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/notes');
  await expect(page).toHaveURL('/login?next=/notes');
  await page.getByRole('link', { name: 'Create account' }).click();
  await expect(page).toHaveURL('/signup?next=/notes');
  const person = stranger();
  await createAccount(page, { ...person, password: 'short' });
  await expect(page.getByText(/at least 12 characters/)).toBeVisible();
  await createAccount(page, person);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, person);
});

test('the pages between sign-in and a new password keep the destination', { tag: '@no-wasm' }, async ({
  page,
  account,
  visit,
}) => {
  await visit('/notes');
  await page.getByRole('link', { name: 'Create account' }).click();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/login?next=/notes');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await expect(page).toHaveURL('/forgot-password?next=/notes');
  await emailField(page).fill(stranger().email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page).toHaveURL('/forgot-password/sent?next=/notes');
  await page.getByRole('link', { name: 'ask for another' }).click();
  await expect(page).toHaveURL('/forgot-password?next=/notes');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, account);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, account);
});

test('resetting a password by mail keeps the destination', { tag: '@no-wasm' }, async ({
  page,
  account,
  request,
  visit,
}) => {
  await visit('/notes');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await emailField(page).fill(account.email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page).toHaveURL('/forgot-password/sent?next=/notes');
  const link = await mailedLink(request, account.email, '/reset-password');
  await visit(link);
  const { password } = stranger();
  await setNewPassword(page, password);
  await expect(page).toHaveURL('/login?next=/notes');
  await expect(page.getByText('Your new password is set.')).toBeVisible();
  await signIn(page, { email: account.email, password });
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, account);

  await visit(link);
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page).toHaveURL('/forgot-password?next=/notes');
});

test('confirming the address leads back to the page that sent the mail', { tag: '@no-wasm' }, async ({
  page,
  person,
  request,
  visit,
}) => {
  await visit('/notes');
  await mailedLink(request, person.email, '/verify-email');
  // No second mail is sent within a minute, so this checks the field that the form would send.
  await expect(verificationBanner(page).locator('input[name="next"]')).toHaveValue('/notes');
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page).toHaveURL('/account');
  await expect(verificationBanner(page).locator('input[name="next"]')).toHaveValue('/account');
});

test.describe('where an address has to be confirmed first', () => {
  test.use({ baseURL: STRICT });

  test('creating an account and confirming it by mail keep the destination', { tag: '@no-wasm' }, async ({
    page,
    request,
    visit,
  }) => {
    const person = stranger();
    await visit('/notes');
    await page.getByRole('link', { name: 'Create account' }).click();
    await createAccount(page, person);
    await expect(page).toHaveURL('/signup/sent?next=/notes');
    await visit(await mailedLink(request, person.email, '/verify-email'));
    await passwordField(page).fill(person.password);
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await expect(page).toHaveURL('/login?next=/notes');
    await expect(page.getByText('Your address is confirmed.')).toBeVisible();
    await signIn(page, person);
    await expect(page).toHaveURL('/notes');
    await expectSignedIn(page, person);
  });
});

const hostile = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/.//evil.example',
  '/%2e//evil.example',
  'https:evil.example',
  'https://evil.example/',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  '/account\r\nSet-Cookie: x=y',
  'javascript:alert(1)',
  'data:text/html,hello',
  'evil.example',
  '',
];

test('signing in never leads to another site', async ({ page, account, context, visit }) => {
  test.slow();
  const away: string[] = [];
  await context.route(/evil/, route => {
    if (new URL(route.request().url()).hostname.includes('evil')) away.push(route.request().url());
    return route.fallback();
  });
  for (const next of hostile) {
    await test.step(`next ${JSON.stringify(next)}`, async () => {
      await context.clearCookies();
      await visit(`/login?next=${encodeURIComponent(next)}`);
      await signIn(page, account);
      await expectSignedIn(page, account);
      await expect(page).toHaveURL('/account');
      expect(away, 'requests to another site').toEqual([]);
      expect((await context.cookies()).map(cookie => cookie.name), 'no injected cookie').not.toContain('x');
    });
  }
});

test('a destination that is the sign-in page leads to the account', async ({ page, account, visit }) => {
  await visit('/login?next=/login');
  await signIn(page, account);
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
  await expectSignedIn(page, account);
});

test('a destination may be a file', async ({ page, account, visit }) => {
  await visit('/login?next=/robots.txt');
  await signIn(page, account);
  await expect(page).toHaveURL('/robots.txt');
  await expect(page.getByText('Disallow: /api/')).toBeVisible();
});
