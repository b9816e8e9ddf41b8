import type { Page } from '@playwright/test';
import { createAccount, expectSignedIn, expectSignedOut, pressSignOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { stranger } from '../../support/people';

/** Signs up, and holds the code of the account page that follows. Returns what releases it. */
async function signUpWithoutNextPage(page: Page, visit: (path: string) => Promise<unknown>) {
  const person = stranger();
  await visit('/signup');
  const releaseCode = await hold(page, '/split_account*.wasm');
  await createAccount(page, person);
  await expectSignedIn(page, person);
  return releaseCode;
}

/** Returns the address that the page sends a request of the app to within a second, or `nothing`. */
const nextRequest = (page: Page): Promise<string> =>
  page.waitForRequest('**/api/**', { timeout: 1_000 }).then(
    request => request.url(),
    () => 'nothing',
  );

test(
  'a cookie check answered after a sign-out does not lead away from the start page',
  { tag: '@hydrated' },
  async ({ page, visit }) => {
    const person = stranger();
    await visit('/signup');
    const releaseCheck = await hold(page, '/api/auth/cookie');
    await createAccount(page, person);
    await expectSignedIn(page, person);
    await expect(page).toHaveURL('/account');

    // The cookie is deleted, and the next document is requested but not answered yet.
    await page.route('**/', async route => {
      const checked = page.waitForResponse('**/api/auth/cookie');
      await releaseCheck();
      expect((await checked).status()).toBe(200);
      await route.fallback();
    });
    await pressSignOut(page);
    await expect(page.getByText('You have signed out.')).toBeVisible();
    await expect(page).toHaveURL('/');
    await expectSignedOut(page);
  },
);

test(
  'a page that is prepared during a sign-out sends nothing for the session that ends',
  { tag: '@hydrated' },
  async ({ page, visit }) => {
    const releaseCode = await signUpWithoutNextPage(page, visit);

    await page.route('**/api/auth/logout', async route => {
      const answer = await route.fetch();
      const sent = nextRequest(page);
      await releaseCode();
      expect(await sent, 'sent before the answer').toBe('nothing');
      await route.fulfill({ response: answer });
    });
    await pressSignOut(page);
    await expect(page).toHaveURL('/');
    await expectSignedOut(page);
  },
);

test(
  'a page whose code arrives after a sign-out sends nothing until the next document is there',
  { tag: '@hydrated' },
  async ({ page, visit }) => {
    const releaseCode = await signUpWithoutNextPage(page, visit);

    await page.route('**/', async route => {
      const sent = nextRequest(page);
      await releaseCode();
      expect(await sent, 'sent before the next document').toBe('nothing');
      await route.fallback();
    });
    await pressSignOut(page);
    await expect(page).toHaveURL('/');
    await expectSignedOut(page);
  },
);
