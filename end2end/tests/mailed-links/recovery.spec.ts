import {
  emailField,
  expectSignedIn,
  expectSignedOut,
  newPasswordField,
  setNewPassword,
  signIn,
} from '../../support/actions';
import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { mailedLink, requestPasswordLink } from '../../support/mailbox';
import { post, stranger } from '../../support/people';

const send = { name: 'Send a link' };
const set = { name: 'Set new password' };

test('a forgotten password is replaced by a mailed link', { tag: '@no-wasm' }, async ({
  page,
  account,
  request,
  javaScriptEnabled,
  visit,
}) => {
  await visit('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await expect(page).toHaveURL('/forgot-password');
  await expectAccessible(page, { javaScriptEnabled });
  await emailField(page).fill(account.email);
  await page.getByRole('button', send).click();
  await expect(page).toHaveURL('/forgot-password/sent');
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });

  const link = await mailedLink(request, account.email, '/reset-password');
  await visit(link);
  await expect(page.getByText(account.email)).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });
  const { password } = stranger();
  await setNewPassword(page, password);
  await expect(page).toHaveURL('/login');
  await expect(page.getByText('Your new password is set.')).toBeVisible();
  await expectSignedOut(page);

  await signIn(page, { email: account.email, password });
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, account);

  await visit(link);
  await expect(page.getByText('This link has been used already.')).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page).toHaveURL('/forgot-password');
});

test('a link that was copied with surrounding characters works', async ({ page, account, request, baseURL, visit }) => {
  const link = await requestPasswordLink(request, baseURL!, account);
  await visit(`${link.replace('token=', 'token=3D')}%3E).`);
  await expect(page.getByText(account.email)).toBeVisible();
  await setNewPassword(page, stranger().password);
  await expect(page).toHaveURL('/login');
  await expect(page.getByText('Your new password is set.')).toBeVisible();
});

test('the answer is the same for an address without an account', async ({ page, visit }) => {
  await visit('/forgot-password');
  await emailField(page).fill(stranger().email);
  await page.getByRole('button', send).click();
  await expect(page).toHaveURL('/forgot-password/sent');
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
});

test('an invalid address stays in its form', async ({ page, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/forgot-password');
  await emailField(page).fill('ada.example.org');
  await page.getByRole('button', send).click();
  await expect(emailField(page)).toHaveAccessibleDescription(/not an e-mail address/);
  await expect(emailField(page)).toHaveValue('ada.example.org');
});

test('a refused password leads back to the link, which still works', async ({
  page,
  account,
  request,
  baseURL,
  quiet,
  javaScriptEnabled,
  visit,
}) => {
  quiet.exceptFetches(422);
  const link = await requestPasswordLink(request, baseURL!, account);
  await visit(link);
  await setNewPassword(page, 'short');
  await expect(newPasswordField(page)).toHaveAccessibleDescription(/at least 12 characters/);
  await expectAccessible(page, { javaScriptEnabled });
  await setNewPassword(page, stranger().password);
  await expect(page).toHaveURL('/login');
});

test('an open link page reports that another tab has used its link', async ({
  page,
  account,
  request,
  baseURL,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(410);
  const link = await requestPasswordLink(request, baseURL!, account);
  await visit(link);
  const token = new URL(link, baseURL).searchParams.get('token')!;
  const { password } = stranger();
  const used = await post(request, baseURL!, '/api/auth/reset-password', { token, password });
  expect(used.status(), await used.text()).toBe(200);
  await setNewPassword(page, stranger().password);
  await expect(page.getByText('This link has been used already.')).toBeVisible();
  await expect(page.getByRole('button', set)).toHaveCount(0);
});

test('a reset signs every device out', async ({ page, person, request, baseURL, elsewhere, visit }) => {
  await visit('/notes');
  await expectSignedIn(page, person);
  const link = await requestPasswordLink(request, baseURL!, person);
  const other = await elsewhere();
  await visit(link, other);
  await setNewPassword(other, stranger().password);
  await expect(other).toHaveURL('/login');
  await page.reload();
  await expect(page).toHaveURL('/login?next=/notes');
  await expectSignedOut(page);
});

test('the token of a link is sent only with its form', async ({ page, account, request, baseURL, visit }) => {
  const link = await requestPasswordLink(request, baseURL!, account);
  const token = new URL(link, baseURL).searchParams.get('token')!;
  const told: string[] = [];
  page.on('request', asked => {
    const { referer } = asked.headers();
    if (referer?.includes(token)) told.push(`${asked.url()} was told ${referer}`);
    if (asked.url().includes(token) && !asked.isNavigationRequest()) told.push(asked.url());
  });
  await visit(link);
  await setNewPassword(page, stranger().password);
  await expect(page).toHaveURL('/login');
  expect(told, 'requests that carry the token').toEqual([]);
});

atWidths([320], () => {
  test('nothing scrolls sideways', async ({ page, account, request, baseURL, visit }) => {
    const link = await requestPasswordLink(request, baseURL!, account);
    for (const path of ['/forgot-password', '/forgot-password/sent', link, '/reset-password?token=none']) {
      await visit(path);
      await expectNoSidewaysScrolling(page);
    }
  });
});
