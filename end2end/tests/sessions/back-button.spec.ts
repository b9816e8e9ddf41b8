import type { Page } from '@playwright/test';
import { expectSignedIn, expectSignedOut, newNote, note, signIn, signOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { post, signInOverHttp } from '../../support/people';

test('the back button after signing out shows nothing of the session', async ({ page, person, visit }) => {
  await visit('/');
  await visit('/account');
  await expectSignedIn(page, person);
  await signOut(page);
  await expect(page).toHaveURL('/');
  await expectSignedOut(page);
  await page.goBack();
  await expect(page).toHaveURL('/login?next=/account');
  await expectSignedOut(page);
  await expect(page.getByText(person.email)).toHaveCount(0);
});

test('the back button after signing in does not ask again', async ({ page, account, visit }) => {
  await visit('/');
  await visit('/login');
  await signIn(page, account);
  await expectSignedIn(page, account);
  await page.goBack();
  await expectSignedIn(page, account);
  await expect(page.getByRole('button', { name: 'Sign in' })).toHaveCount(0);
});

/**
 * Simulates a return from the back-forward cache by its two events. Playwright turns the real cache off, and Chromium
 * decides by itself which pages it keeps there.
 */
async function comeBack(page: Page): Promise<void> {
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });
}

test(
  'a page from the back-forward cache stays hidden until its session is checked',
  { tag: '@hydrated' },
  async ({ page, person, baseURL, context, quiet, visit }) => {
    quiet.except(401);
    await visit('/account');
    await expectSignedIn(page, person);
    // Over HTTP, so that no other tab notifies this one.
    expect((await post(context.request, baseURL!, '/api/auth/logout')).status()).toBe(200);
    const release = await hold(page, '/api/auth/refresh');
    await comeBack(page);
    await expect(page.getByText(person.email).first()).toBeHidden();
    await expect(page.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
    await release();
    await expect(page).toHaveURL('/login?next=/account');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expect(page.getByText(person.email)).toHaveCount(0);
  },
);

test(
  'a page from the back-forward cache is shown again while its session is valid',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/account');
    const release = await hold(page, '/api/auth/refresh');
    await comeBack(page);
    await expect(page.getByText(person.email).first()).toBeHidden();
    await release();
    await expectSignedIn(page, person);
    await expect(page).toHaveURL('/account');
  },
);

test(
  'a page from the back-forward cache keeps typed text in another session of the same person',
  { tag: '@hydrated' },
  async ({ page, person, baseURL, context, visit }) => {
    await visit('/notes');
    await newNote(page).fill('half a thought');
    await signInOverHttp(context.request, baseURL!, person);
    await comeBack(page);
    await expectSignedIn(page, person);
    await expect(newNote(page)).toHaveValue('half a thought');
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(note(page, 'half a thought')).toBeVisible();
  },
);

test(
  'a page from the back-forward cache does not show one person to another',
  { tag: '@hydrated' },
  async ({ page, person, account, baseURL, context, quiet, visit }) => {
    quiet.except(409);
    await visit('/account');
    await signInOverHttp(context.request, baseURL!, account);
    await comeBack(page);
    await expectSignedIn(page, account);
    await expect(page.getByText(person.email)).toHaveCount(0);
  },
);

test(
  'a page from the back-forward cache waits for the network and keeps typed text',
  { tag: '@hydrated' },
  async ({ context, page, person, quiet, visit }) => {
    quiet.except('ERR_INTERNET_DISCONNECTED');
    await page.clock.install();
    await visit('/notes');
    await newNote(page).fill('half a thought');
    await context.setOffline(true);
    const banner = page.getByText('You are offline.');
    await expect(banner).toBeVisible();
    await comeBack(page);
    await expect(newNote(page)).toBeHidden();
    await expect(banner).toBeVisible();
    // Longer than any single attempt waits; each step lets due timers run.
    for (let waited = 0; waited < 30_000; waited += 250) await page.clock.runFor(250);
    await expect(newNote(page)).toBeHidden();
    await expect(banner).toBeVisible();

    await context.setOffline(false);
    await expectSignedIn(page, person);
    await expect(newNote(page)).toHaveValue('half a thought');
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(note(page, 'half a thought')).toBeVisible();
  },
);

test(
  'a page from the back-forward cache waits for a failing server and keeps typed text',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except(503);
    await page.clock.install();
    await visit('/notes');
    await newNote(page).fill('half a thought');
    let failures = 0;
    await page.route('**/api/auth/refresh', route => {
      failures += 1;
      if (failures > 8) return route.fallback();
      return route.fulfill({ status: 503, json: { error: 'unavailable', message: 'Busy.' } });
    });
    await comeBack(page);
    await expect(newNote(page)).toBeHidden();
    await expect(async () => {
      await page.clock.runFor(1_000);
      await expect(newNote(page)).toBeVisible({ timeout: 50 });
    }).toPass({ timeout: 15_000 });
    expect(failures, 'the check is retried').toBeGreaterThan(8);
    await expectSignedIn(page, person);
    await expect(newNote(page)).toHaveValue('half a thought');
  },
);
