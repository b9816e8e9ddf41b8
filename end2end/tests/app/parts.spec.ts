import type { Page } from '@playwright/test';
import { expectSignedIn, signOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

/** Records the names of the chunks that `page` requests, without code that several chunks share. */
function chunksOf(page: Page): Set<string> {
  const asked = new Set<string>();
  page.on('request', request => {
    const part = /\/split_(\w+)\.(?:[\w-]+\.)?wasm$/.exec(new URL(request.url()).pathname)?.[1];
    if (part) asked.add(part);
  });
  return asked;
}

test(
  'a page loads only the code that it needs',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    const asked = chunksOf(page);
    await visit('/');
    await expectSignedIn(page, person);
    await expect
      .poll(() => [...asked], 'the code that sends requests is loaded once the page is hydrated')
      .toEqual(['session']);
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Notes' })).toBeVisible();
    expect([...asked]).toEqual(['session', 'data']);
  },
);

test(
  'a visitor loads the signed-in chunk once the page is hydrated',
  { tag: '@hydrated' },
  async ({ page, visit }) => {
    const asked = chunksOf(page);
    await visit('/login');
    await expect.poll(() => [...asked]).toEqual(['way_in', 'session']);
  },
);

test(
  'the server renders the signed-in header if its code cannot be loaded, and sign-out works',
  { tag: '@hydrated' },
  async ({ page, person, quiet }) => {
    quiet.except('ERR_FAILED', 'PART');
    await page.route('**/split_session*', route => route.abort());
    await page.goto('/');
    await expectSignedIn(page, person);
    await signOut(page);
    await expect(page).toHaveURL('/');
    await expect(page.getByText('You have signed out.')).toBeVisible();
  },
);

test(
  'a page whose code cannot be loaded is rendered by the server and works',
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
  'a page requested offline opens when the network is back',
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
