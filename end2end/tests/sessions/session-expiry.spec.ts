import type { Page } from '@playwright/test';
import { expectSignedIn, expectSignedOut, newNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { post, signInOverHttp } from '../../support/people';

const HOUR = 3_600_000;

/** Simulates that the tab becomes hidden or visible. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(is => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => is });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

test(
  'an open page empties itself when its session expires',
  { tag: '@hydrated' },
  async ({ page, person, context, baseURL, quiet, visit }) => {
    quiet.except(401);
    await page.clock.install();
    await visit('/account');
    await expectSignedIn(page, person);
    // Ends the session on the server too; over HTTP, so that no other tab notifies this one.
    expect((await post(context.request, baseURL!, '/api/auth/logout')).status()).toBe(200);
    await page.clock.runFor(60_000);
    await expectSignedIn(page, person);
    await page.clock.fastForward(13 * HOUR);
    await page.clock.runFor(10_000);
    await expect(page).toHaveURL('/login?next=/account');
    await expectSignedOut(page);
    await expect(page.getByText(person.email)).toHaveCount(0);
  },
);

test(
  'a hidden tab whose session expired shows nothing when it is visible again',
  { tag: '@hydrated' },
  async ({ page, person, context, baseURL, quiet, visit }) => {
    quiet.except(401);
    await page.clock.install();
    await visit('/account');
    await expectSignedIn(page, person);
    await setHidden(page, true);
    expect((await post(context.request, baseURL!, '/api/auth/logout')).status()).toBe(200);
    await page.clock.setSystemTime(Date.now() + 13 * HOUR);
    const release = await hold(page, '/api/auth/refresh');
    await setHidden(page, false);
    await expect(page.getByText(person.email).first()).toBeHidden();
    await release();
    await expect(page).toHaveURL('/login?next=/account');
    await expectSignedOut(page);
  },
);

test(
  'a page whose session was continued elsewhere returns with typed text',
  { tag: '@hydrated' },
  async ({ page, person, context, baseURL, visit }) => {
    await page.clock.install();
    await visit('/notes');
    await newNote(page).fill('half a thought');
    await signInOverHttp(context.request, baseURL!, person);
    const release = await hold(page, '/api/auth/refresh');
    await page.clock.fastForward(13 * HOUR);
    await page.clock.runFor(10_000);
    await expect(newNote(page)).toBeHidden();
    await release();
    await expectSignedIn(page, person);
    await expect(newNote(page)).toHaveValue('half a thought');
  },
);
