import type { Page } from '@playwright/test';
import { expectSignedIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';
import { signInOverHttp } from '../../support/people';

const events = (page: Page) => page.getByRole('main').locator('.event');

test('a person reads what has happened, page by page', async ({ page, person, request, baseURL, visit }) => {
  // Each sign-in of this client also ends its previous session, which is an event.
  for (let times = 0; times < 11; times += 1) await signInOverHttp(request, baseURL!, person);
  await visit('/account/activity');
  await expect(events(page)).toHaveCount(20);
  await expect(events(page).first()).toContainText('Signed in');
  await expect(events(page).first()).toContainText(/Chrome on \w+, 127\.0\.0\.1/);
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(page).toHaveURL(/\/account\/activity\?before=/);
  await expect(events(page).last()).toContainText('Account created');
  await expect(events(page).last()).toContainText('This session');
  await expect(page.getByRole('link', { name: 'Older' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Newest' }).click();
  await expect(page).toHaveURL('/account/activity');
  await expect(events(page)).toHaveCount(20);
  await expectSignedIn(page, person);
});

test(
  'a slow page of older events shows a progress message',
  { tag: '@hydrated' },
  async ({ page, person, request, baseURL, visit }) => {
    for (let times = 0; times < 11; times += 1) await signInOverHttp(request, baseURL!, person);
    await visit('/account/activity');
    await expectSignedIn(page, person);
    const progress = page.getByText('Loading the page …');
    for (const [link, held] of [
      ['Older', 'Account created'],
      ['Newest', 'Signed in'],
    ] as const) {
      const release = await hold(page, '/api/account/activity');
      await page.getByRole('link', { name: link }).click();
      await expect(progress).toBeVisible();
      await expect(events(page)).not.toHaveCount(0);
      await release();
      await expect(events(page).filter({ hasText: held }).first()).toBeVisible();
      await expect(progress).toHaveCount(0);
    }
  },
);
