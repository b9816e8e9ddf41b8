import {
  emailField,
  expectNameSet,
  expectSignedIn,
  nameField,
  passwordField,
  saveName,
  setName,
  shownName,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { stranger } from '../../support/people';

test('pressing "Create account" twice makes an account', async ({ page, visit }) => {
  const person = stranger();
  await visit('/signup');
  await emailField(page).fill(person.email);
  await passwordField(page).fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click({ clickCount: 2 });
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, person);
  await page.goto('/account/devices');
  await expect(page.getByRole('listitem').filter({ hasText: 'This device' })).toHaveCount(1);
});

test('pressing "Sign in" twice begins one session', async ({ page, account, visit }) => {
  await visit('/login');
  await emailField(page).fill(account.email);
  await passwordField(page).fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click({ clickCount: 2 });
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, account);
});

test('pressing "Save name" four times saves it once', async ({ page, person, visit }) => {
  await visit('/account');
  await nameField(page).fill('milk');
  await page.getByRole('button', { name: 'Save name' }).click({ clickCount: 4 });
  await expect(shownName(page, 'milk')).toHaveCount(1);
  await expectNameSet(page, 1);
  await visit('/account');
  await setName(page, 'bread');
  await expectSignedIn(page, person);
  await expectNameSet(page, 2);
});

test(
  'a name whose answer was lost is saved once',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('ERR_CONNECTION_RESET');
    await visit('/account');
    let lost = false;
    await page.route('**/api/account/name', async route => {
      if (lost) return route.fallback();
      lost = true;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await saveName(page, 'milk');
    await expect(page.getByRole('main').getByRole('alert').filter({ hasText: 'offline' })).toBeVisible();
    await expect(nameField(page)).toHaveValue('milk');
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(shownName(page, 'milk')).toHaveCount(1);
    await expectSignedIn(page, person);
    await expectNameSet(page, 1);
  },
);
