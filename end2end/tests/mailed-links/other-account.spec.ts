import type { Page } from '@playwright/test';
import { expectSignedIn, passwordField, setNewPassword } from '../../support/actions';
import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { mailedLink, requestPasswordLink } from '../../support/mailbox';
import { longAddress, signUpOverHttp, stranger } from '../../support/people';

/** Waits until the page says that one person is signed in and that the link is about the account of another. */
async function expectOtherAccount(page: Page, here: string, account: string): Promise<void> {
  const words = `You are signed in here as ${here}. This link is about another account: ${account}.`;
  await expect(page.getByRole('main')).toContainText(words);
}

test("a link opened in another person's session acts on its own account", {
  tag: '@no-wasm',
}, async ({ page, person, account, request, javaScriptEnabled, visit }) => {
  await visit(await mailedLink(request, account.email, '/verify-email'));
  await expectOtherAccount(page, person.email, account.email);
  await expectAccessible(page, { javaScriptEnabled });
  await passwordField(page).fill(account.password);
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await expect(page).toHaveURL('/');
  await expect(page.getByText('It is that of another account than yours')).toBeVisible();
  await expectSignedIn(page, person);
  await expect(page.getByText(account.email)).toHaveCount(0);
});

test('a new password for another account does not sign the current person out', async ({
  page,
  person,
  account,
  request,
  baseURL,
  visit,
}) => {
  await visit(await requestPasswordLink(request, baseURL!, account));
  await expectOtherAccount(page, person.email, account.email);
  await setNewPassword(page, stranger().password);
  await expect(page).toHaveURL('/');
  await expect(page.getByText('It is that of another account than yours')).toBeVisible();
  await expectSignedIn(page, person);
  await visit('/account');
  await expectSignedIn(page, person);
});

test(
  'an open link page notices a sign-in of another person in another tab',
  { tag: '@hydrated' },
  async ({ page, account, context, request, baseURL, visit }) => {
    await visit(await mailedLink(request, account.email, '/verify-email'));
    await expect(passwordField(page)).toBeVisible();
    const other = stranger();
    await signUpOverHttp(request, baseURL!, other);
    const tab = await context.newPage();
    await visit('/login', tab);
    await tab.getByLabel('Email', { exact: true }).fill(other.email);
    await passwordField(tab).fill(other.password);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await expectSignedIn(tab, other);
    await page.bringToFront();
    await expectOtherAccount(page, other.email, account.email);
  },
);

atWidths([320], () => {
  test('nothing scrolls sideways', async ({ page, context, request, baseURL, visit }) => {
    const [here, other] = [{ ...stranger(), email: longAddress() }, { ...stranger(), email: longAddress() }];
    await signUpOverHttp(context.request, baseURL!, here);
    await signUpOverHttp(request, baseURL!, other);
    await visit(await mailedLink(request, other.email, '/verify-email'));
    await expectOtherAccount(page, here.email, other.email);
    await expectNoSidewaysScrolling(page);
  });
});
