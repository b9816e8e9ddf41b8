import type { Page } from '@playwright/test';
import { expectSignedIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
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
