import {
  createAccount,
  emailField,
  expectSignedIn,
  newPasswordField,
  passwordField,
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

test('a wrong password does not lose the way', async ({ page, account, quiet, hydrates, visit }) => {
  if (hydrates) quiet.except(401);
  await visit('/notes');
  await signIn(page, { ...account, password: 'not the password' });
  await expect(page.getByRole('alert')).toContainText('not right');
  await signIn(page, account);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, account);
});

test('the way leads through a new account', { tag: '@no-wasm' }, async ({
  page,
  quiet,
  hydrates,
  visit,
}) => {
  if (hydrates) quiet.except(422);
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

test('the way leads there and back again', { tag: '@no-wasm' }, async ({ page, account, visit }) => {
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

test('the way leads through a forgotten password and its mail', { tag: '@no-wasm' }, async ({
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
  await newPasswordField(page).fill(password);
  await page.getByRole('button', { name: 'Set new password' }).click();
  await expect(page).toHaveURL('/login?next=/notes');
  await expect(page.getByText('Your new password is set.')).toBeVisible();
  await signIn(page, { email: account.email, password });
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, account);

  await visit(link);
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page).toHaveURL('/forgot-password?next=/notes');
});

test('confirming the address leads back to where the mail was asked for', { tag: '@no-wasm' }, async ({
  page,
  person,
  request,
  visit,
}) => {
  await visit('/notes');
  await mailedLink(request, person.email, '/verify-email');
  // A second mail is not sent within a minute, so this is what the form would ask for.
  await expect(verificationBanner(page).locator('input[name="next"]')).toHaveValue('/notes');
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page).toHaveURL('/account');
  await expect(verificationBanner(page).locator('input[name="next"]')).toHaveValue('/account');
});

test.describe('where an address has to be confirmed first', () => {
  test.use({ baseURL: STRICT });

  test('the way leads through a new account and its mail', { tag: '@no-wasm' }, async ({ page, request, visit }) => {
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

test('signing in leads to no place that is not here', async ({ page, account, context, visit }) => {
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
      expect(away).toEqual([]);
      expect((await context.cookies()).map(cookie => cookie.name)).not.toContain('x');
    });
  }
});

test('signing in with a way that leads back to it leads to the account', async ({ page, account, visit }) => {
  await visit('/login?next=/login');
  await signIn(page, account);
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
  await expectSignedIn(page, account);
});

test('the way may lead to what is no page', async ({ page, account, visit }) => {
  await visit('/login?next=/robots.txt');
  await signIn(page, account);
  await expect(page).toHaveURL('/robots.txt');
  await expect(page.getByText('Disallow: /api/')).toBeVisible();
});
