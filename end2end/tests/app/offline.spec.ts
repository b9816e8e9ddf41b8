import type { Route } from '@playwright/test';
import {
  bearersOf,
  expectNameSet,
  expectSignedIn,
  nameField,
  saveName,
  setName,
  shownName,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { outlive } from '../../support/people';
import { SHORT_LIVED } from '../../support/servers';

test.use({ baseURL: SHORT_LIVED });

for (const token of ['live', 'expired']) {
  test(
    `the network goes and comes back while the access token is ${token}`,
    { tag: '@hydrated' },
    async ({ context, page, person, quiet, visit }) => {
      quiet.except('ERR_INTERNET_DISCONNECTED');
      const sent = bearersOf(page);
      await visit('/account');
      await setName(page, 'before');
      if (token === 'expired') await outlive(sent.at(-1)!);

      await context.setOffline(true);
      await expect(page.getByText('You are offline.')).toBeVisible();
      await saveName(page, 'in the tunnel');
      await expect(nameField(page)).toHaveValue('in the tunnel');
      await expectSignedIn(page, person);

      await context.setOffline(false);
      await expect(page.getByText('You are offline.')).toHaveCount(0);
      await expect(shownName(page, 'in the tunnel')).toBeVisible();
      await expectSignedIn(page, person);
      await expectNameSet(page, 2);
    },
  );
}

test(
  'a short network failure does not sign a person out',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('ERR_CONNECTION_REFUSED');
    await visit('/account');
    let failures = 0;
    await page.route('**/api/auth/refresh', route => {
      failures += 1;
      return failures <= 2 ? route.abort('connectionrefused') : route.fallback();
    });
    await setName(page, 'in the end');
    expect(failures, 'the refresh is retried').toBeGreaterThan(2);
    await expectSignedIn(page, person);
  },
);

test('a busy server does not sign a person out', { tag: '@hydrated' }, async ({ page, person, quiet, visit }) => {
  quiet.except(503);
  await visit('/account');
  let failures = 0;
  await page.route('**/api/auth/refresh', route => {
    failures += 1;
    if (failures > 1) return route.fallback();
    return route.fulfill({
      status: 503,
      headers: { 'Retry-After': '1' },
      json: { error: 'unavailable', message: 'Busy.' },
    });
  });
  await setName(page, 'try');
  await expectSignedIn(page, person);
});

test(
  'a browser that wrongly reports being offline still sends requests',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });
    });
    await visit('/account');
    const probe = page.waitForResponse('**/healthz');
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await probe;
    await setName(page, 'from a virtual machine');
    await expect(page.getByText('You are offline.')).toHaveCount(0);
    await expectSignedIn(page, person);
  },
);

test(
  'a failed request shows the offline message although the browser reports being online',
  { tag: '@hydrated' },
  async ({ page, quiet, visit, person }) => {
    quiet.except('ERR_CONNECTION_REFUSED');
    await visit('/account');
    let isAway = true;
    const refuse = (route: Route) => (isAway ? route.abort('connectionrefused') : route.fallback());
    await page.route('**/healthz', refuse);
    await page.route('**/api/**', refuse);
    await saveName(page, 'in the end');
    await expect(page.getByText('You are offline.')).toBeVisible();
    isAway = false;
    await expect(page.getByText('You are offline.')).toHaveCount(0);
    await expect(shownName(page, 'in the end')).toBeVisible();
    await expectSignedIn(page, person);
  },
);
