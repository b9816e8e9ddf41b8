import type { APIRequestContext, Page } from '@playwright/test';
import {
  expectSignedIn,
  expectSignedOut,
  newPasswordField,
  passwordField,
  signIn,
} from '../../support/actions';
import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { mailedLink } from '../../support/mailbox';
import { type Person, post, type SignedIn, signUpOverHttp, stranger } from '../../support/people';
import { verify } from '../../support/verification';

const use = { name: 'Use this address' };
const takeBack = { name: 'Take it back' };

/** Requests a change of address over HTTP. Returns the new address and the link that confirms it. */
async function requestChange(request: APIRequestContext, origin: string, person: SignedIn) {
  const { email } = stranger();
  const answer = await post(
    request,
    origin,
    '/api/auth/change-email',
    { email },
    { Authorization: `Bearer ${person.access_token}` },
  );
  expect(answer.status(), await answer.text()).toBe(200);
  return { email, link: await mailedLink(request, email, '/confirm-email') };
}

/** Fills in the form of the profile and sends it. */
async function changeAddress(page: Page, email: string): Promise<void> {
  await page.getByLabel('New address', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Change address' }).click();
}

test('an address is changed, and its owner undoes the change', { tag: '@no-wasm' }, async ({
  page,
  person,
  request,
  baseURL,
  javaScriptEnabled,
  visit,
}) => {
  await verify(request, baseURL!, person);
  const { email } = stranger();
  await visit('/account');
  await changeAddress(page, email);
  const link = await mailedLink(request, email, '/confirm-email');
  await expectSignedIn(page, person);

  await visit(link);
  await expect(page.getByRole('main')).toContainText(`The account of ${person.email} gets the address ${email}`);
  await expectAccessible(page, { javaScriptEnabled });
  await page.getByRole('button', use).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByText('The new address is confirmed.')).toBeVisible();
  await expectSignedIn(page, { email });

  await visit(await mailedLink(request, person.email, '/undo-email'));
  await expectAccessible(page, { javaScriptEnabled });
  const back: Person = { email: person.email, password: stranger().password };
  await newPasswordField(page).fill(back.password);
  await page.getByRole('button', takeBack).click();
  await expect(page).toHaveURL('/login');
  await expect(page.getByText('Your address is what it was')).toBeVisible();
  await expectSignedOut(page);
  await signIn(page, back);
  await expectSignedIn(page, person);
});

test('an address that another person took meanwhile is refused', async ({
  page,
  account,
  request,
  baseURL,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(422);
  const { email, link } = await requestChange(request, baseURL!, account);
  await visit(link);
  await signUpOverHttp(request, baseURL!, { ...stranger(), email });
  await passwordField(page).fill(account.password);
  await page.getByRole('button', use).click();
  await expect(page.getByText('This address already has an account.')).toBeVisible();
});

test('without a session of the account the link asks for its password', { tag: '@no-wasm' }, async ({
  page,
  account,
  request,
  baseURL,
  quiet,
  javaScriptEnabled,
  visit,
}) => {
  quiet.exceptFetches(422);
  const { email, link } = await requestChange(request, baseURL!, account);
  await visit(link);
  await expect(page.getByRole('main')).toContainText(`The account of ${account.email}`);
  await expectAccessible(page, { javaScriptEnabled });
  await passwordField(page).fill('not the password');
  await page.getByRole('button', use).click();
  await expect(passwordField(page)).toHaveAccessibleDescription(/not your password/);
  await passwordField(page).fill(account.password);
  await page.getByRole('button', use).click();
  await expect(page).toHaveURL('/login?next=/account');
  await expect(page.getByText('The new address is confirmed.')).toBeVisible();
  await signIn(page, { email, password: account.password });
  await expectSignedIn(page, { email });
});

test('a newer link replaces the previous one', async ({ page, account, request, baseURL, visit }) => {
  const first = await requestChange(request, baseURL!, account);
  await requestChange(request, baseURL!, account);
  await visit(first.link);
  await expect(page.getByText('This link no longer counts')).toBeVisible();
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page).toHaveURL('/login?next=/account');
});

atWidths([320], () => {
  test('nothing scrolls sideways', async ({ page, account, request, baseURL, visit }) => {
    const { link } = await requestChange(request, baseURL!, account);
    for (const path of [link, '/confirm-email?token=none', '/undo-email?token=none']) {
      await visit(path);
      await expectNoSidewaysScrolling(page);
    }
  });
});
