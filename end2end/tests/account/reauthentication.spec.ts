import type { Page } from '@playwright/test';
import { expectSignedIn, newNote, note, passwordField } from '../../support/actions';
import { expectAccessible, expectTokenNowhere } from '../../support/checks';
import { expect, test } from '../../support/fixtures';
import { expectSignInRefused, outlive, signInOverHttp } from '../../support/people';
import { SHORT_LIVED } from '../../support/servers';

// On this server a password is recent for less time than an access token lives.
test.use({ baseURL: SHORT_LIVED });

const confirmation = (page: Page) => page.getByRole('textbox', { name: 'Your address' });
const panel = (page: Page) => page.getByRole('dialog', { name: 'Is it still you?' });

/** Fills in the form that deletes the account and sends it. */
async function askToDelete(page: Page, address: string): Promise<void> {
  await confirmation(page).fill(address);
  await page.getByRole('button', { name: 'Delete my account' }).click();
}

test('a sensitive action asks for the password and continues', { tag: '@no-wasm' }, async ({
  page,
  person,
  request,
  quiet,
  hydrates,
  javaScriptEnabled,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(401, 403, 422);
  await visit('/account/data');
  await outlive(person.access_token);
  await askToDelete(page, person.email);

  if (!hydrates) await expect(page).toHaveURL('/reauthenticate?next=/account/data');
  await expect(page.getByRole('heading', { name: 'Is it still you?' })).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });
  const password = passwordField(page);
  if (hydrates) await expect(password).toBeFocused();
  await password.fill('not the password');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(password).toHaveAccessibleDescription(/not your password/);
  await password.fill(person.password);
  await page.getByRole('button', { name: 'Go on' }).click();

  if (!hydrates) {
    await expect(page).toHaveURL('/account/data');
    await expect(page.getByText('You can go on where you were.')).toBeVisible();
    await expect(confirmation(page)).toHaveValue(person.email);
    await page.getByRole('button', { name: 'Delete my account' }).click();
  }
  await expect(page).toHaveURL('/');
  await expect(page.getByText('Your account is deleted.')).toBeVisible();
  await expectSignInRefused(request, baseURL!, person);
});

test('a person who does not enter the password stays signed in', async ({
  page,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  quiet.exceptFetches(401, 403);
  await visit('/account/data');
  await outlive(person.access_token);
  await askToDelete(page, person.email);
  if (hydrates) {
    await expect(panel(page)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(panel(page)).toHaveCount(0);
    await expect(page.getByRole('alert').filter({ hasText: 'Enter your password to go on.' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Delete my account' })).toBeFocused();
  } else {
    await page.getByRole('link', { name: 'Cancel' }).click();
  }
  await expect(page).toHaveURL('/account/data');
  await expect(confirmation(page)).toHaveValue(person.email);
  await expectSignedIn(page, person);
});

test('entering the password starts a new session, also for other tabs', { tag: '@hydrated' }, async ({
  page,
  context,
  person,
  request,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.except(401, 403);
  const elsewhere = await signInOverHttp(request, baseURL!, person);
  const other = await context.newPage();
  await visit('/notes', other);
  await newNote(other).fill('half a thought');
  await visit('/account/devices');
  await outlive(elsewhere.access_token);
  await page.getByRole('button', { name: 'Sign out every other device' }).click();
  await passwordField(page).fill(person.password);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('Every other device is signed out.')).toBeVisible();
  await expect(panel(page)).toHaveCount(0);
  await expectSignedIn(page, person);
  await expectTokenNowhere(page);
  await other.getByRole('button', { name: 'Add note' }).click();
  await expect(note(other, 'half a thought')).toBeVisible();
  await expectSignedIn(other, person);
  await visit('/account/activity');
  await expect(page.getByText('Password confirmed')).toBeVisible();
});

test('a draft in another tab is saved in the new session', async ({
  page,
  context,
  person,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(401);
  const other = await context.newPage();
  await visit('/notes', other);
  await newNote(other).fill('half a thought');
  await visit('/reauthenticate?next=/account/devices');
  await passwordField(page).fill(person.password);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page).toHaveURL('/account/devices');
  await expect(newNote(other)).toHaveValue('half a thought');
  await other.getByRole('button', { name: 'Add note' }).click();
  await expect(note(other, 'half a thought')).toBeVisible();
  await expect(other).toHaveURL('/notes');
  await expectSignedIn(other, person);
});

test('the page that asks for the password needs a session', async ({ page, visit }) => {
  await visit('/reauthenticate?next=/account/data');
  await expect(page).toHaveURL('/login?next=/account/data');
});

test(
  'leaving the page closes the question for the password',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except(401, 403);
    await visit('/account');
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await expect(page).toHaveURL('/account/data');
    await outlive(person.access_token);
    await askToDelete(page, person.email);
    await expect(panel(page)).toBeVisible();
    await page.goBack();
    await expect(page).toHaveURL('/account');
    await expect(panel(page)).toBeHidden();
    await expectSignedIn(page, person);
  },
);
