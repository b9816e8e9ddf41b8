import type { BrowserContext } from '@playwright/test';
import { expectSignedIn, expectSignedOut, newNote, refreshCookie, signOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { expectCookieRefused, signInOverHttp } from '../../support/people';

const WAITING = 'This page has signed you out. The server has not answered yet';

/** The names of the cookies, without the port that development mode adds. */
const cookieNames = async (context: BrowserContext): Promise<string[]> =>
  (await context.cookies()).map(({ name }) => name.split('-')[0] ?? name);

test(
  'signing out during a server failure empties the page and deletes the cookie',
  { tag: '@hydrated' },
  async ({ page, context, person, baseURL, quiet, visit }) => {
    quiet.except(503);
    await visit('/account');
    await expectSignedIn(page, person);
    // A server without its database clears the cookie itself.
    const { name } = (await refreshCookie(context, baseURL!))!;
    await page.route('**/api/auth/logout', route =>
      route.fulfill({
        status: 503,
        headers: { 'Set-Cookie': `${name}=; Path=/; Max-Age=0`, 'Retry-After': '1' },
        json: { error: 'unavailable', message: 'Busy.' },
      }),
    );
    await signOut(page);
    await expect(page).toHaveURL('/');
    await expectSignedOut(page);
    await expect(page.getByText(person.email)).toHaveCount(0);
    expect(await refreshCookie(context, baseURL!), 'no refresh cookie').toBeUndefined();
    await visit('/account');
    await expect(page).toHaveURL('/login?next=/account');
  },
);

test(
  'signing out offline empties the page, says so, and finishes when the network is back',
  { tag: '@hydrated' },
  async ({ page, context, person, request, baseURL, quiet, visit }) => {
    quiet.except('ERR_INTERNET_DISCONNECTED', 401, 'PART');
    await visit('/notes');
    await newNote(page).fill('half a thought');
    const copied = (await refreshCookie(context, baseURL!))!;
    await context.setOffline(true);
    await signOut(page);
    await expect(page.getByText(WAITING)).toBeVisible();
    await expectSignedOut(page);
    await expect(page.getByText(person.email)).toHaveCount(0);
    await expect(newNote(page)).toHaveCount(0);

    await context.setOffline(false);
    await expect(page).toHaveURL('/');
    await expect(page.getByText('You have signed out.')).toBeVisible();
    expect(await refreshCookie(context, baseURL!), 'no refresh cookie').toBeUndefined();
    await expectCookieRefused(request, baseURL!, copied);
  },
);

test(
  'a sign-out without an answer empties the page and other tabs',
  { tag: '@hydrated' },
  async ({ page, context, person, quiet, visit }) => {
    quiet.except(401);
    const other = await context.newPage();
    await visit('/account', other);
    await visit('/account');
    await expectSignedIn(page, person);
    await page.clock.install();
    const release = await hold(page, '/api/auth/logout');
    const asked = await hold(other, '/api/auth/refresh');
    await signOut(page);
    await expectSignedIn(page, person);
    await page.clock.runFor(2_000);
    await expect(page.getByText(WAITING)).toBeVisible();
    await expectSignedOut(page);
    await expect(other.getByText(person.email).first()).toBeHidden();
    await release();
    await expect(page.getByText('You have signed out.')).toBeVisible();
    await asked();
    await expectSignedOut(other);
    await expect(other).toHaveURL('/login?next=/account');
  },
);

test(
  'a delayed sign-out does not sign out a person who signed in meanwhile',
  { tag: '@hydrated' },
  async ({ page, context, person, account, baseURL, quiet, visit }) => {
    quiet.except('ERR_CONNECTION_REFUSED', 401, 409);
    await visit('/account');
    await page.route('**/api/auth/logout', route => route.abort('connectionrefused'));
    await signOut(page);
    await expect(page.getByText(WAITING)).toBeVisible();
    await signInOverHttp(context.request, baseURL!, account);
    await page.unroute('**/api/auth/logout');
    // Ends the pause before the next attempt.
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expectSignedIn(page, account);
    await expect(page.getByText(person.email)).toHaveCount(0);
  },
);

test("the device stays known although a sign-out clears the browser's storage", async ({
  page,
  context,
  person,
  visit,
}) => {
  await visit('/account');
  await expectSignedIn(page, person);
  const before = await cookieNames(context);
  expect(before, 'cookies before the sign-out').toContain('device');
  await signOut(page);
  await expectSignedOut(page);
  const after = await cookieNames(context);
  expect(after, 'cookies after the sign-out').toContain('device');
  expect(after, 'cookies after the sign-out').not.toContain('refresh');
});
