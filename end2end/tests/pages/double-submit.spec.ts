import { addNote, emailField, expectSignedIn, newNote, note, passwordField } from '../../support/actions';
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

test('pressing "Add note" four times writes one note', async ({ page, person, visit }) => {
  await visit('/notes');
  await newNote(page).fill('milk');
  await page.getByRole('button', { name: 'Add note' }).click({ clickCount: 4 });
  await expect(note(page, 'milk')).toHaveCount(1);
  await visit('/notes');
  await expect(note(page, 'milk')).toHaveCount(1);
  await addNote(page, 'milk');
  await expect(note(page, 'milk')).toHaveCount(2);
  await expectSignedIn(page, person);
});

test(
  'a note whose answer was lost is written once',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('ERR_CONNECTION_RESET');
    await visit('/notes');
    let lost = false;
    await page.route('**/api/notes/add', async route => {
      if (lost) return route.fallback();
      lost = true;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await addNote(page, 'milk');
    await expect(page.getByRole('main').getByRole('alert').filter({ hasText: 'offline' })).toBeVisible();
    await expect(newNote(page)).toHaveValue('milk');
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(note(page, 'milk')).toHaveCount(1);
    await visit('/notes');
    await expect(note(page, 'milk')).toHaveCount(1);
    await expectSignedIn(page, person);
  },
);
