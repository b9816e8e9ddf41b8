import type { Page } from '@playwright/test';
import { expectSignedIn, newNote, note } from '../../support/actions';
import { expectTokenNowhere } from '../../support/checks';
import { expect, test } from '../../support/fixtures';
import { expectSignInRefused, expectTokenRefused, signInOverHttp, stranger } from '../../support/people';

const current = (page: Page) => page.getByLabel('Current password', { exact: true });
const fresh = (page: Page) => page.getByLabel('New password', { exact: true });

async function changePassword(page: Page, from: string, to: string): Promise<void> {
  await current(page).fill(from);
  await fresh(page).fill(to);
  await page.getByRole('button', { name: 'Change password' }).click();
}

test('a new password signs out every other device and keeps this one', { tag: '@no-wasm' }, async ({
  page,
  person,
  request,
  baseURL,
  visit,
}) => {
  const elsewhere = await signInOverHttp(request, baseURL!, person);
  const { password } = stranger();
  await visit('/account/security');
  await changePassword(page, person.password, password);
  await expect(page.getByText('Your password is changed. Every other device is signed out.')).toBeVisible();
  await expect(current(page)).toHaveValue('');
  await expect(fresh(page)).toHaveValue('');
  await expectSignedIn(page, person);
  await expectTokenNowhere(page);

  for (const token of [elsewhere.access_token, person.access_token]) {
    await expectTokenRefused(request, baseURL!, token);
  }
  await expectSignInRefused(request, baseURL!, person);
  await signInOverHttp(request, baseURL!, { ...person, password });
  await visit('/account/devices');
  await expectSignedIn(page, person);
  await expect(page.getByRole('listitem').filter({ hasText: 'This device' })).toHaveCount(1);
});

test('a wrong or a weak password is refused beside its field', async ({ page, person, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/account/security');
  await changePassword(page, 'not the password', stranger().password);
  await expect(current(page)).toHaveAccessibleDescription(/not your password/);
  await expect(fresh(page)).not.toHaveAttribute('aria-invalid', 'true');
  await changePassword(page, person.password, 'short');
  await expect(fresh(page)).toHaveAccessibleDescription(/at least 12 characters/);
  await expect(current(page)).not.toHaveAttribute('aria-invalid', 'true');
  await expect(page).toHaveURL(/\/account\/security/);
  expect(page.url(), 'no password in the address').not.toContain('short');
  await expectSignedIn(page, person);
});

test('a draft in another tab is saved after the password has changed', async ({
  context,
  page,
  person,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(401);
  const other = await context.newPage();
  await visit('/notes', other);
  await newNote(other).fill('half a thought');
  await visit('/account/security');
  await changePassword(page, person.password, stranger().password);
  await expect(page.getByText('Your password is changed.')).toBeVisible();
  await expect(newNote(other)).toHaveValue('half a thought');
  await other.getByRole('button', { name: 'Add note' }).click();
  await expect(note(other, 'half a thought')).toBeVisible();
  await expect(other).toHaveURL('/notes');
  await expectSignedIn(other, person);
  await expectSignedIn(page, person);
});
