import { expectSignedIn, expectSignedOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

test('a visitor finds the links to sign in and to create an account', async ({ page, visit }) => {
  await visit('/');
  await expectSignedOut(page);
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL('/login');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');

  await visit('/');
  await page.getByRole('link', { name: 'Create account', exact: true }).click();
  await expect(page).toHaveURL('/signup');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Create account');
});

test('a signed-in person sees their address and the link to the account', async ({ page, person, visit }) => {
  await visit('/');
  await expectSignedIn(page, person);
  await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Create account', exact: true })).toHaveCount(0);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
});

test('the account page shows address, membership and session', async ({ page, person, visit }) => {
  await visit('/account');
  const main = page.getByRole('main');
  await expect(main.getByText(person.email, { exact: true })).toBeVisible();
  const times = await main
    .locator('time')
    .evaluateAll(all => all.map(time => Date.parse(time.getAttribute('datetime') ?? '')));
  const { created_at: since, session } = person.user;
  // The page shows times to the minute.
  const minutes = (all: number[]) => all.map(time => Math.floor(time / 60_000));
  expect(minutes(times).slice(1)).toEqual(minutes([session.begun_at, session.expires_at]));
  expect(new Date(times[0]!).toDateString()).toBe(new Date(since).toDateString());
});

test('an unknown address is reported', async ({ page, quiet, visit }) => {
  quiet.except(404);
  const answer = await visit('/no/such/door');
  expect(answer.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('main').getByRole('link').click();
  await expect(page).toHaveURL('/');
});
