import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { emailField, expectSignedIn, setNewPassword, signIn, signOut } from '../../support/actions';
import { expectAccessible } from '../../support/checks';
import { expect, test } from '../../support/fixtures';
import { requestPasswordLink } from '../../support/mailbox';
import { type Person, post, stranger } from '../../support/people';

/** The message of a page to a person who must wait. */
const WAIT = /^Too many tries\. Try again in (\d+) seconds?\.$/;

const alert = (page: Page) => page.getByRole('alert');
const guessAt = ({ email }: Person): Person => ({ email, password: 'not the password' });

/** Posts from outside the browser until the server answers 429. */
async function postUntilHeldBack(
  request: APIRequestContext,
  origin: string,
  path: string,
  form: Record<string, string>,
): Promise<void> {
  await expect.poll(async () => (await post(request, origin, path, form)).status(), { intervals: [0] }).toBe(429);
}

/**
 * Sends the form of the page until the page says that it must wait. Returns the number of seconds. The first wait of
 * one second may end before the form is sent; each next one is twice as long.
 *
 * @param send fills the form in and sends it
 * @param done an element that a form without a wait leads to
 */
async function sendUntilHeldBack(page: Page, send: () => Promise<void>, done: Locator): Promise<number> {
  let said = '';
  await expect(async () => {
    await send();
    await expect(alert(page).filter({ hasText: /./ }).or(done)).toBeVisible();
    said = (await alert(page).allTextContents()).join();
    expect(said).toMatch(WAIT);
  }).toPass({ intervals: [0] });
  return Number(WAIT.exec(said)?.[1]);
}

test('a person who guesses passwords is told how long to wait, and may try again later', { tag: '@no-wasm' }, async ({
  page,
  account,
  context,
  quiet,
  javaScriptEnabled,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(401, 429);
  const guess = guessAt(account);
  await visit('/login');
  // The account does not know this browser, so it shares a counter with all unknown ones.
  await postUntilHeldBack(context.request, baseURL!, '/api/auth/login', { ...guess });
  const signedIn = page.getByRole('button', { name: 'Sign out' });
  const seconds = await sendUntilHeldBack(page, () => signIn(page, guess), signedIn);
  const over = Date.now() + seconds * 1_000;
  await expect(page).toHaveURL(/\/login(\?|$)/);
  await expect(emailField(page)).toHaveValue(account.email);
  expect(page.url(), 'no address of a person in the URL').not.toContain(encodeURIComponent(account.email));
  await expectAccessible(page, { javaScriptEnabled });

  await expect.poll(() => Date.now(), { timeout: 20_000, intervals: [100] }).toBeGreaterThan(over);
  await signIn(page, account);
  await expectSignedIn(page, account);
});

test('a device that the account knows does not wait while strangers guess', async ({
  page,
  person,
  request,
  baseURL,
  visit,
}) => {
  const guess = { ...guessAt(person) };
  await expect(async () => {
    await visit('/account');
    await signOut(page);
    await expect(page).toHaveURL('/');
    await visit('/login');
    await postUntilHeldBack(request, baseURL!, '/api/auth/login', guess);
    await signIn(page, person);
    await expectSignedIn(page, person);
    // Strangers still wait; if their wait ended in between, the next one is twice as long.
    expect((await post(request, baseURL!, '/api/auth/login', guess)).status()).toBe(429);
  }).toPass({ intervals: [0] });
});

test('a person who requests too much mail is told how long to wait', async ({
  page,
  request,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(429);
  const { email } = stranger();
  await visit('/forgot-password');
  await postUntilHeldBack(request, baseURL!, '/api/auth/forgot-password', { email });
  const send = async () => {
    if ((await emailField(page).count()) === 0) await visit('/forgot-password');
    await emailField(page).fill(email);
    await page.getByRole('button', { name: 'Send a link' }).click();
  };
  await sendUntilHeldBack(page, send, page.getByRole('heading', { name: 'Check your mail' }));
  await expect(page).toHaveURL(/\/forgot-password(\?|$)/);
  await expect(emailField(page)).toHaveValue(email);
});

test('a browser that reset the password does not wait while strangers guess', { tag: '@no-wasm' }, async ({
  page,
  account,
  request,
  baseURL,
  visit,
}) => {
  await visit(await requestPasswordLink(request, baseURL!, account));
  const person = { ...account, password: stranger().password };
  await setNewPassword(page, person.password);
  await expect(page).toHaveURL('/login');
  await postUntilHeldBack(request, baseURL!, '/api/auth/login', { ...guessAt(account) });
  await signIn(page, person);
  await expectSignedIn(page, person);
});
