import type { Page } from '@playwright/test';
import {
  createAccount,
  expectNameSet,
  expectSignedIn,
  nameField,
  saveName,
  setName,
  shownName,
  signIn,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { stranger } from '../../support/people';

const to = (name: string) => ({ name, exact: true });

/** Follows a link to a page of the account. */
const follow = (page: Page, name: string) => page.getByRole('link', to(name)).first().click();

test('leaving a page while its form is being answered', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  await visit('/account');
  await setName(page, 'first');
  const release = await hold(page, '/api/account/name');
  await saveName(page, 'on its way');
  await follow(page, 'Devices');
  await expect(page).toHaveURL('/account/devices');
  const answered = page.waitForResponse('**/api/account/name');
  await release();
  await (await answered).finished();
  await expect(shownName(page, 'on its way')).toBeVisible();
  await follow(page, 'Account');
  await expect(nameField(page)).toHaveValue('on its way');
  await expectSignedIn(page, person);
  await expectNameSet(page, 2);
});

test(
  'leaving a page while its data is being fetched',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/account');
    const release = await hold(page, '/api/account/devices');
    const asked = page.waitForRequest('**/api/account/devices');
    await follow(page, 'Devices');
    await asked;
    await follow(page, 'Activity');
    await expect(page).toHaveURL('/account/activity');
    await release();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Activity');
    await follow(page, 'Devices');
    await expect(page.getByText('This device')).toBeVisible();
    await expectSignedIn(page, person);
  },
);

test(
  'leaving a page while its form is refused',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except(422);
    await visit('/account');
    const release = await hold(page, '/api/account/name');
    await saveName(page, 'x'.repeat(81));
    await follow(page, 'Devices');
    await expect(page).toHaveURL('/account/devices');
    const answered = page.waitForResponse('**/api/account/name');
    await release();
    await (await answered).finished();
    await follow(page, 'Account');
    await expect(nameField(page)).not.toHaveAttribute('aria-invalid', 'true');
    await expectSignedIn(page, person);
  },
);

for (const [path, link, endpoint] of [
  ['/login', 'Create account', '/api/auth/login'],
  ['/signup', 'Sign in', '/api/auth/signup'],
] as const) {
  test(
    `leaving ${path} while it is being answered`,
    { tag: '@hydrated' },
    async ({ page, account, visit }) => {
      const person = path === '/login' ? account : stranger();
      await visit(path);
      const release = await hold(page, endpoint);
      await (path === '/login' ? signIn(page, person) : createAccount(page, person));
      await page.getByRole('link', to(link)).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(link);
      await release();
      // The session has begun, so the page shows it although the person left.
      await expectSignedIn(page, person);
      await expect(page).toHaveURL('/account');
    },
  );
}

test('a person goes back and forth through the pages', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  await visit('/');
  // Each page must be open before the next click; otherwise it gets no history entry.
  for (const [name, path] of [
    ['Account', '/account'],
    ['Devices', '/account/devices'],
    ['Activity', '/account/activity'],
    ['Account', '/account'],
  ] as const) {
    await follow(page, name);
    await expect(page).toHaveURL(path);
  }
  for (const path of ['/account/activity', '/account/devices', '/account', '/']) {
    await page.goBack();
    await expect(page).toHaveURL(path);
  }
  await page.goForward();
  await expect(page).toHaveURL('/account');
  await setName(page, 'after all that');
  await expectSignedIn(page, person);
});
