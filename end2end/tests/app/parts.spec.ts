import type { Page } from '@playwright/test';
import { expectSignedIn, signOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

/** The names of the parts of the WebAssembly that `page` has asked for, beside what belongs to several. */
function partsOf(page: Page): Set<string> {
  const asked = new Set<string>();
  page.on('request', request => {
    const part = /\/split_(\w+)\.(?:[\w-]+\.)?wasm$/.exec(new URL(request.url()).pathname)?.[1];
    if (part) asked.add(part);
  });
  return asked;
}

test(
  'a page loads the code that it needs and no other',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    const asked = partsOf(page);
    await visit('/');
    await expectSignedIn(page, person);
    await expect
      .poll(() => [...asked], 'what sends requests comes once the page is alive')
      .toEqual(['signed_in', 'requests']);
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Notes' })).toBeVisible();
    expect([...asked]).toEqual(['signed_in', 'requests', 'notes']);
  },
);

test(
  'a visitor loads what only the signed-in see once the page is alive',
  { tag: '@hydrated' },
  async ({ page, visit }) => {
    const asked = partsOf(page);
    await visit('/login');
    await expect.poll(() => [...asked]).toEqual(['way_in', 'requests', 'signed_in']);
  },
);

test(
  'the server shows who is signed in where the code for that cannot be had, and it works',
  { tag: '@hydrated' },
  async ({ page, person, quiet }) => {
    quiet.except('ERR_FAILED', 'PART');
    await page.route('**/split_signed_in*', route => route.abort());
    await page.goto('/');
    await expectSignedIn(page, person);
    await signOut(page);
    await expect(page).toHaveURL('/');
    await expect(page.getByText('You have signed out.')).toBeVisible();
  },
);

test(
  'a page whose code cannot be had is shown by the server, and works',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('ERR_FAILED', 'PART');
    await page.route('**/split_account*', route => route.abort());
    await visit('/');
    await page.getByRole('link', { name: 'Account', exact: true }).first().click();
    await expect(page).toHaveURL('/account');
    await expect(page.getByRole('main').getByText(person.email, { exact: true })).toBeVisible();
    await expect(page.locator('html[data-hydrated]')).toHaveCount(0);
    await signOut(page);
    await expect(page).toHaveURL('/');
  },
);

test(
  'a page that is asked for without a network comes with it',
  { tag: '@hydrated' },
  async ({ context, page, person, quiet, visit }) => {
    quiet.except('ERR_INTERNET_DISCONNECTED', 'PART');
    await visit('/');
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await expect(page.getByText('You are offline.')).toBeVisible();
    await expectSignedIn(page, person);
    await context.setOffline(false);
    await expect(page.getByRole('heading', { level: 1, name: 'Notes' })).toBeVisible();
    await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  },
);
