import type { Page } from '@playwright/test';
import {
  createAccount,
  emailField,
  expectSignedIn,
  expectSignedOut,
  newPasswordField,
  passwordField,
  setNewPassword,
  signIn,
  verificationBanner,
} from '../../support/actions';
import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { mailedLink } from '../../support/mailbox';
import { longAddress, type Person, signUpOverHttp, stranger } from '../../support/people';
import { STRICT } from '../../support/servers';

const confirm = { name: 'Confirm address' };

/** Confirms the address with the password, after a wrong one, and signs in. */
async function confirmWithPassword(page: Page, person: Person): Promise<void> {
  await passwordField(page).fill('not the password');
  await page.getByRole('button', confirm).click();
  await expect(passwordField(page)).toHaveAccessibleDescription(/not your password/);
  await passwordField(page).fill(person.password);
  await page.getByRole('button', confirm).click();
  await expect(page).toHaveURL('/login?next=/account');
  await expect(page.getByText('Your address is confirmed.')).toBeVisible();
  await signIn(page, person);
  await expectSignedIn(page, person);
  await expect(verificationBanner(page)).toHaveCount(0);
}

test('the banner is there until the address is confirmed', { tag: '@no-wasm' }, async ({
  page,
  person,
  request,
  javaScriptEnabled,
  visit,
}) => {
  for (const path of ['/', '/account', '/notes']) {
    await visit(path);
    await expect(verificationBanner(page)).toContainText(`Check your mail to confirm ${person.email}`);
  }
  await expectAccessible(page, { javaScriptEnabled });
  const link = await mailedLink(request, person.email, '/verify-email');
  await visit(link);
  await expectAccessible(page, { javaScriptEnabled });
  await page.getByRole('button', confirm).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByText('Your address is confirmed.')).toBeVisible();
  await expectSignedIn(page, person);
  await expect(verificationBanner(page)).toHaveCount(0);

  await visit(link);
  await expect(page.getByText('This link has been used already.')).toBeVisible();
  await expect(page.getByText(`The address ${person.email} is confirmed already.`)).toBeVisible();
});

test('a person asks for another mail', async ({ page, person, javaScriptEnabled, visit }) => {
  await visit('/notes');
  await expectSignedIn(page, person);
  await verificationBanner(page).getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByText('A new mail is on its way.')).toBeVisible();
  await expect(page).toHaveURL('/notes');
  await expectAccessible(page, { javaScriptEnabled });
});

test('without a session a link asks for the password', { tag: '@no-wasm' }, async ({
  page,
  account,
  request,
  quiet,
  javaScriptEnabled,
  visit,
}) => {
  quiet.exceptFetches(422);
  await visit(await mailedLink(request, account.email, '/verify-email'));
  await expectAccessible(page, { javaScriptEnabled });
  await confirmWithPassword(page, account);
});

test('a person who does not know the password chooses a new one by mail', async ({
  page,
  account,
  request,
  visit,
}) => {
  await visit(await mailedLink(request, account.email, '/verify-email'));
  await page.getByRole('link', { name: 'Choose a new password' }).click();
  await expect(page).toHaveURL('/forgot-password');
  await emailField(page).fill(account.email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page).toHaveURL('/forgot-password/sent');
  await visit(await mailedLink(request, account.email, '/reset-password'));
  const { password } = stranger();
  await setNewPassword(page, password);
  await expect(page).toHaveURL('/login');
  await signIn(page, { email: account.email, password });
  await expectSignedIn(page, account);
  await expect(verificationBanner(page)).toHaveCount(0);
});

test('an unknown link is reported as not ours', async ({ page, javaScriptEnabled, visit }) => {
  for (const path of ['/verify-email', '/verify-email?token=none']) {
    await visit(path);
    await expect(page.getByText('This is not a link of ours')).toBeVisible();
    await expectAccessible(page, { javaScriptEnabled });
  }
});

test(
  'confirming the address removes the banner in every tab',
  { tag: '@hydrated' },
  async ({ page, person, request, context, visit }) => {
    await visit('/notes');
    await expect(verificationBanner(page)).toBeVisible();
    const other = await context.newPage();
    await visit(await mailedLink(request, person.email, '/verify-email'), other);
    await other.getByRole('button', confirm).click();
    await expect(other).toHaveURL('/account');
    await page.bringToFront();
    await expect(verificationBanner(page)).toHaveCount(0);
    await expectSignedIn(page, person);
  },
);

atWidths([320, 1600], () => {
  test('nothing scrolls sideways', async ({ page, context, request, baseURL, visit }) => {
    const person = { ...stranger(), email: longAddress() };
    await signUpOverHttp(context.request, baseURL!, person);
    await visit('/notes');
    await expect(verificationBanner(page)).toBeVisible();
    await expectNoSidewaysScrolling(page);
    await visit(await mailedLink(request, person.email, '/verify-email'));
    await expectNoSidewaysScrolling(page);
  });
});

test.describe('where an address has to be confirmed first', () => {
  test.use({ baseURL: STRICT });

  test('signing up sends a mail, whose link and the password confirm the address', { tag: '@no-wasm' }, async ({
    page,
    request,
    quiet,
    javaScriptEnabled,
    visit,
  }) => {
    quiet.exceptFetches(403, 422);
    const person = stranger();
    await visit('/signup');
    await createAccount(page, person);
    await expect(page).toHaveURL('/signup/sent');
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
    await expectSignedOut(page);
    await expectAccessible(page, { javaScriptEnabled });

    await visit('/login');
    await signIn(page, person);
    await expect(page.getByRole('alert')).toContainText('Confirm your address first');
    await expectSignedOut(page);

    await visit(await mailedLink(request, person.email, '/verify-email'));
    await expectAccessible(page, { javaScriptEnabled });
    await confirmWithPassword(page, person);
  });

  test('the owner of an address replaces a password that another person set', async ({
    page,
    request,
    quiet,
    javaScriptEnabled,
    visit,
  }) => {
    quiet.exceptFetches(401);
    const eve = stranger();
    await visit('/signup');
    await createAccount(page, eve);
    await expect(page).toHaveURL('/signup/sent');
    await visit(await mailedLink(request, eve.email, '/verify-email'));
    await page.getByRole('link', { name: 'Choose a new password' }).click();
    await expect(newPasswordField(page)).toBeVisible();
    await expectAccessible(page, { javaScriptEnabled });
    await page.getByRole('link', { name: 'Use that' }).click();
    await expect(passwordField(page)).toBeVisible();
    await page.getByRole('link', { name: 'Choose a new password' }).click();
    const { password } = stranger();
    await newPasswordField(page).fill(password);
    await page.getByRole('button', confirm).click();
    await expect(page).toHaveURL('/login?next=/account');
    await signIn(page, eve);
    await expect(page.getByRole('alert')).toContainText('not right');
    await signIn(page, { email: eve.email, password });
    await expectSignedIn(page, eve);
  });

  test('a known address gets the same answer', async ({ page, visit }) => {
    const person = stranger();
    for (let times = 0; times < 2; times += 1) {
      await visit('/signup');
      await createAccount(page, person);
      await expect(page).toHaveURL('/signup/sent');
    }
  });
});
