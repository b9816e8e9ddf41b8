import type { Route } from '@playwright/test';
import { addNote, bearersOf, expectSignedIn, newNote, note, writeNote } from '../../support/actions';
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
      await visit('/notes');
      await writeNote(page, 'before');
      if (token === 'expired') await outlive(sent.at(-1)!);

      await context.setOffline(true);
      await expect(page.getByText('You are offline.')).toBeVisible();
      await addNote(page, 'in the tunnel');
      await expect(newNote(page)).toHaveValue('in the tunnel');
      await expectSignedIn(page, person);

      await context.setOffline(false);
      await expect(page.getByText('You are offline.')).toHaveCount(0);
      await expect(note(page, 'in the tunnel')).toBeVisible();
      await expect(newNote(page)).toHaveValue('');
      await expectSignedIn(page, person);
      await visit('/notes');
      await expect(page.getByRole('listitem')).toHaveCount(2);
    },
  );
}

test(
  'a short network failure does not sign a person out',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('ERR_CONNECTION_REFUSED');
    await visit('/notes');
    let failures = 0;
    await page.route('**/api/auth/refresh', route => {
      failures += 1;
      return failures <= 2 ? route.abort('connectionrefused') : route.fallback();
    });
    await writeNote(page, 'in the end');
    expect(failures, 'the refresh is retried').toBeGreaterThan(2);
    await expectSignedIn(page, person);
  },
);

test('a busy server does not sign a person out', { tag: '@hydrated' }, async ({ page, person, quiet, visit }) => {
  quiet.except(503);
  await visit('/notes');
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
  await writeNote(page, 'try');
  await expectSignedIn(page, person);
});

test(
  'a browser that wrongly reports being offline still sends requests',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });
    });
    await visit('/notes');
    const probe = page.waitForResponse('**/healthz');
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await probe;
    await writeNote(page, 'from a virtual machine');
    await expect(page.getByText('You are offline.')).toHaveCount(0);
    await expectSignedIn(page, person);
  },
);

test(
  'a failed request shows the offline message although the browser reports being online',
  { tag: '@hydrated' },
  async ({ page, quiet, visit, person }) => {
    quiet.except('ERR_CONNECTION_REFUSED');
    await visit('/notes');
    let isAway = true;
    const refuse = (route: Route) => (isAway ? route.abort('connectionrefused') : route.fallback());
    await page.route('**/healthz', refuse);
    await page.route('**/api/**', refuse);
    await addNote(page, 'in the end');
    await expect(page.getByText('You are offline.')).toBeVisible();
    isAway = false;
    await expect(page.getByText('You are offline.')).toHaveCount(0);
    await expect(note(page, 'in the end')).toBeVisible();
    await expectSignedIn(page, person);
  },
);
