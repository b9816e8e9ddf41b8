import type { Page } from '@playwright/test';
import { addNote, expectSignedIn, expectSignedOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { expectTokenRefused, post, signInOverHttp } from '../../support/people';

const devices = (page: Page) => page.getByRole('main').locator('.device');

test('a person signs out one device', { tag: '@no-wasm' }, async ({ page, person, request, baseURL, visit }) => {
  const elsewhere = await signInOverHttp(request, baseURL!, person);
  await visit('/account/devices');
  await expect(devices(page)).toHaveCount(2);
  await expect(devices(page).filter({ hasText: 'This device' })).toContainText(/Chrome on \w+/);
  const other = devices(page).filter({ hasNotText: 'This device' });
  await expect(other).toContainText('127.0.0.1');
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'That device is signed out.' })).toBeVisible();
  await expect(devices(page)).toHaveCount(1);
  await expectTokenRefused(request, baseURL!, elsewhere.access_token);
  await expectSignedIn(page, person);
});

test('a person signs out every other device', async ({
  page,
  person,
  request,
  playwright,
  baseURL,
  visit,
}) => {
  await signInOverHttp(request, baseURL!, person);
  const third = await playwright.request.newContext();
  await signInOverHttp(third, baseURL!, person);
  await visit('/account/devices');
  await expect(devices(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Sign out every other device' }).click();
  await expect(page.getByText('Every other device is signed out.')).toBeVisible();
  await expect(devices(page)).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Sign out every other device' })).toHaveCount(0);
  for (const request_ of [request, third]) {
    expect((await post(request_, baseURL!, '/api/auth/refresh')).status()).toBe(401);
  }
  await third.dispose();
  await visit('/account/devices');
  await expect(devices(page)).toHaveCount(1);
});

test('a form of a signed-out device leads to the sign-in page', async ({
  page,
  person,
  elsewhere,
  baseURL,
  hydrates,
  visit,
}) => {
  const other = await elsewhere(...(hydrates ? [401] : []));
  await signInOverHttp(other.context().request, baseURL!, person);
  await visit('/notes', other);
  await expectSignedIn(other, person);
  await visit('/account/devices');
  await devices(page)
    .filter({ hasNotText: 'This device' })
    .getByRole('button', { name: 'Sign out' })
    .click();
  await expect(devices(page)).toHaveCount(1);
  await addNote(other, 'too late');
  await expect(other).toHaveURL('/login?next=/notes');
  await expectSignedOut(other);
});

test(
  'a page of a signed-out device leads to the sign-in page as soon as it is visible',
  { tag: '@hydrated' },
  async ({ page, person, elsewhere, baseURL, visit }) => {
    const other = await elsewhere(401);
    await signInOverHttp(other.context().request, baseURL!, person);
    await visit('/account', other);
    await expectSignedIn(other, person);
    await visit('/account/devices');
    await page.getByRole('button', { name: 'Sign out every other device' }).click();
    await expect(devices(page)).toHaveCount(1);
    await other.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect(other).toHaveURL('/login?next=/account');
    await expectSignedOut(other);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expectSignedIn(page, person);
  },
);
