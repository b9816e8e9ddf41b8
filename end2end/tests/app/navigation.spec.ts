import type { Page } from '@playwright/test';
import { expectSignedIn, passwordField, signIn, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';

/** The progress message while a page loads. */
const progress = (page: Page) => page.getByText('Loading the page …');

/** The heading of the page. */
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

/** Follows a link of the header. */
const follow = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();

/** Counts from now on the frames in which the page has no text. */
async function watchForGaps(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const seen = { gaps: 0 };
    Object.assign(globalThis, { seen });
    const look = () => {
      if (!document.querySelector('main')?.innerText.trim()) seen.gaps += 1;
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => (globalThis as unknown as { seen: { gaps: number } }).seen.gaps);
}

test(
  'the sign-in page stays until the code of the next page is loaded',
  { tag: '@hydrated' },
  async ({ account, page, visit }) => {
    await visit('/login');
    const release = await hold(page, '/split_account*');
    const gaps = await watchForGaps(page);
    await signIn(page, account);
    await expectSignedIn(page, account);
    await expect(progress(page)).toBeVisible();
    await expect(passwordField(page)).toBeVisible();
    await expect(page).toHaveURL('/login');
    await expect(page).toHaveTitle('Sign in · Latchkey');
    await release();
    await expect(heading(page, 'Account')).toBeVisible();
    await expect(page).toHaveURL('/account');
    await expect(page).toHaveTitle('Account · Latchkey');
    await expect(page.locator('#main')).toBeFocused();
    await expect(progress(page)).toHaveCount(0);
    expect(await gaps(), 'frames without text').toBe(0);
    await expect(page.locator('#main [inert], #main[inert]')).toHaveCount(0);
  },
);

test(
  'a page is shown once its data is loaded',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/');
    await expectSignedIn(page, person);
    const release = await hold(page, '/api/notes/list');
    const gaps = await watchForGaps(page);
    const asked = page.waitForRequest('**/api/notes/list');
    await follow(page, 'Notes');
    await asked;
    await expect(progress(page)).toBeVisible();
    await expect(page.locator('.progress-bar')).toHaveCSS('animation-name', 'none');
    await expect(page).toHaveURL('/');
    await release();
    await expect(page.getByText('No notes yet.')).toBeVisible();
    await expect(page).toHaveURL('/notes');
    await expect(page).toHaveTitle('Notes · Latchkey');
    expect(await gaps(), 'frames without text').toBe(0);
    await writeNote(page, 'alive');
  },
);

test(
  'a page whose data takes very long shows a progress message',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/');
    await expectSignedIn(page, person);
    const release = await hold(page, '/api/notes/list');
    await follow(page, 'Notes');
    await expect(page.getByText('Fetching your notes …')).toBeVisible({ timeout: 10_000 });
    await expect(progress(page)).toHaveCount(0);
    await release();
    await expect(page.getByText('No notes yet.')).toBeVisible();
  },
);

test(
  'of two clicks the second wins, and the current page stays usable until then',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/notes');
    const [account, home] = [await hold(page, '/split_account*'), await hold(page, '/api/account/devices')];
    await follow(page, 'Account');
    await expect(progress(page)).toBeVisible();
    await page.getByRole('link', { name: 'Latchkey' }).click();
    await expect(page).toHaveURL('/');
    await account();
    await home();
    await expect(progress(page)).toHaveCount(0);
    await expect(page).toHaveURL('/');
    await follow(page, 'Account');
    await expect(page).toHaveURL('/account');

    const devices = await hold(page, '/api/account/devices');
    const activity = await hold(page, '/api/account/activity');
    await page.getByRole('link', { name: 'Devices' }).click();
    await expect(progress(page)).toBeVisible();
    await page.getByRole('link', { name: 'Activity' }).click();
    await devices();
    // The current page is still usable.
    await page.getByLabel('Display name').fill('Ada');
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(page.getByRole('banner').getByText('Ada', { exact: true })).toBeVisible();
    await activity();
    await expect(heading(page, 'Activity')).toBeVisible();
    await expect(page).toHaveURL('/account/activity');
    await expect(page).toHaveTitle('Activity · Latchkey');
  },
);

test(
  'back and forward keep the current page until the next is ready, and its scroll position',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await page.setViewportSize({ width: 400, height: 300 });
    await visit('/');
    await expectSignedIn(page, person);
    await page.evaluate(() => scrollTo(0, 120));
    await page.evaluate(() => document.querySelector<HTMLElement>('.site-nav a[href="/notes"]')!.click());
    await expect(heading(page, 'Notes')).toBeVisible();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
    await page.goBack();
    await expect(page).toHaveURL('/');
    await expect(page).toHaveTitle('Latchkey');
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(120);
    const release = await hold(page, '/api/notes/list');
    await page.goForward();
    await expect(progress(page)).toHaveCount(1);
    await expect(page).toHaveTitle('Latchkey');
    await release();
    await expect(heading(page, 'Notes')).toBeVisible();
    await expect(page).toHaveTitle('Notes · Latchkey');
    await expect(page.locator('#main')).toBeFocused();
  },
);

test(
  'a page whose code is broken is rendered by the server, and the failure is reported',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('PART', 'CRASH');
    await page.route('**/split_data*', route =>
      route.fulfill({ body: 'not WebAssembly', contentType: 'application/wasm' }),
    );
    await visit('/');
    await expectSignedIn(page, person);
    const reported = page.waitForRequest('**/client-failure/load');
    await follow(page, 'Notes');
    await reported;
    await expect(page).toHaveURL('/notes');
    await writeNote(page, 'by a plain form');
    await expect(page.locator('html[data-hydrated]')).toHaveCount(0);
  },
);
