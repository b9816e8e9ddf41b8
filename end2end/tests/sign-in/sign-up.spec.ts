import {
  createAccount,
  emailField,
  expectSignedIn,
  expectSignedOut,
  passwordField,
  signIn,
  signOut,
} from '../../support/actions';
import { expectTokenNowhere } from '../../support/checks';
import { expect, test } from '../../support/fixtures';
import { stranger } from '../../support/people';
import { BREACHED } from '../../support/pwned-passwords';
import { STRICT } from '../../support/servers';

test('a person creates an account and is signed in', async ({ page, visit }) => {
  const person = stranger();
  await visit('/signup');
  await createAccount(page, person);
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, person);
  await expectTokenNowhere(page);
  await page.reload();
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, person);
});

test('capitals and blanks in an address do not make another account', async ({ page, visit }) => {
  const person = stranger();
  await visit('/signup');
  await createAccount(page, { ...person, email: ` ${person.email.toUpperCase()} ` });
  await expectSignedIn(page, person);
  await signOut(page);
  await expect(page).toHaveURL('/');
  await visit('/login');
  await signIn(page, person);
  await expectSignedIn(page, person);
});

test('an address with an international domain is one account in both spellings', { tag: '@no-wasm' }, async ({
  page,
  visit,
}) => {
  const person = stranger();
  const name = person.email.split('@')[0]!;
  const shown = { ...person, email: `${name}@bücher.example` };
  await visit('/signup');
  await createAccount(page, shown);
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, shown);
  await signOut(page);
  await expect(page).toHaveURL('/');
  await visit('/login');
  await signIn(page, { ...person, email: `${name}@xn--bcher-kva.example` });
  await expectSignedIn(page, shown);
});

test('blanks at the ends of a password belong to it', async ({ page, quiet, visit }) => {
  quiet.exceptFetches(401);
  const person = stranger();
  const padded = { ...person, password: `  ${person.password} ` };
  await visit('/signup');
  await createAccount(page, padded);
  await expectSignedIn(page, person);
  await signOut(page);
  await expect(page).toHaveURL('/');
  await visit('/login');
  await signIn(page, person);
  await expect(page.getByRole('alert')).toContainText('not right');
  await signIn(page, padded);
  await expectSignedIn(page, person);
});

const refused = [
  { what: 'a taken address', field: 'Email', says: 'already has an account', taken: true },
  { what: 'no address', field: 'Email', says: 'Fill this in', email: '' },
  {
    what: 'an address that is none',
    field: 'Email',
    says: 'not an e-mail address',
    email: 'ada.example.org',
  },
  { what: 'no password', field: 'Password', says: 'Fill this in|at least 12', password: '' },
  {
    what: 'a password of 11 characters',
    field: 'Password',
    says: 'at least 12 characters',
    password: 'w8 kraken!z',
  },
  {
    what: 'a common password',
    field: 'Password',
    says: 'Too many people use this',
    password: '123456789012',
  },
  {
    what: 'a password that is easy to guess',
    field: 'Password',
    says: 'easy to guess',
    password: 'abcabcabcabcabc',
  },
] as const;

test('invalid values are refused beside their field', async ({
  page,
  context,
  account,
  quiet,
  hydrates,
  visit,
}) => {
  test.slow();
  quiet.exceptFetches(422);
  for (const { what, field, says, ...entry } of refused) {
    await test.step(what, async () => {
      const person = { ...stranger(), ...('taken' in entry ? { email: account.email } : entry) };
      await context.clearCookies();
      await visit('/signup');
      await createAccount(page, person);

      const input = field === 'Email' ? emailField(page) : passwordField(page);
      await expect(input).toHaveAttribute('aria-invalid', 'true');
      await expect(input).toHaveAccessibleDescription(new RegExp(says));
      const other = field === 'Email' ? passwordField(page) : emailField(page);
      await expect(other).not.toHaveAttribute('aria-invalid', 'true');
      // The address is kept; a password never comes back from the server.
      await expect(emailField(page)).toHaveValue(person.email);
      if (!hydrates) await expect(passwordField(page)).toHaveValue('');
      expect(page.url(), 'no typed address in the URL').not.toContain(encodeURIComponent(person.email || 'nothing'));
      await expectSignedOut(page);

      const better = stranger();
      await createAccount(page, better);
      await expectSignedIn(page, better);
    });
  }
});

test('a password that has appeared in a breach is refused beside its field', async ({
  page,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(422);
  const person = stranger();
  await visit(`${STRICT}/signup`);
  await createAccount(page, { ...person, password: BREACHED });
  await expect(passwordField(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(passwordField(page)).toHaveAccessibleDescription(/has appeared in a data breach/);
  await expect(emailField(page)).toHaveValue(person.email);
  await createAccount(page, person);
  await expect(page).toHaveURL(`${STRICT}/signup/sent`);
});
