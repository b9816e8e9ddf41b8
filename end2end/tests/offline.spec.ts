import { addNote, bearersOf, expectSignedIn, newNote, note } from '../actions';
import { expect, test } from '../fixtures';
import { outlive } from '../people';
import { SHORT_LIVED } from '../servers';

test.use({ baseURL: SHORT_LIVED });

for (const token of ['live', 'expired']) {
  test(
    `the network goes and comes back while the access token is ${token}`,
    { tag: '@hydrated' },
    async ({ context, page, person, visit }) => {
      const sent = bearersOf(page);
      await visit('/notes');
      await addNote(page, 'before');
      await expect(note(page, 'before')).toBeVisible();
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
  'a server that cannot be reached for a moment signs nobody out',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('ERR_CONNECTION_REFUSED');
    await visit('/notes');
    let failures = 0;
    await page.route('**/api/auth/refresh', route => {
      failures += 1;
      return failures <= 2 ? route.abort('connectionrefused') : route.fallback();
    });
    await addNote(page, 'in the end');
    await expect(note(page, 'in the end')).toBeVisible();
    expect(failures).toBeGreaterThan(2);
    await expectSignedIn(page, person);
  },
);

test('a busy server signs nobody out', { tag: '@hydrated' }, async ({ page, person, quiet, visit }) => {
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
  await addNote(page, 'try');
  await expect(note(page, 'try')).toBeVisible();
  await expectSignedIn(page, person);
});
