import { emailField, passwordField } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { count, hold } from '../../support/network';
import { stranger } from '../../support/people';

for (const [path, kind] of [
  ['/login', 'current-password'],
  ['/signup', 'new-password'],
] as const) {
  test(`${path} describes its fields for password managers`, async ({ page, visit }) => {
    await visit(path);
    await expect(emailField(page)).toHaveAttribute('type', 'email');
    await expect(emailField(page)).toHaveAttribute('autocomplete', 'username');
    await expect(emailField(page)).toHaveAttribute('name', 'email');
    await expect(passwordField(page)).toHaveAttribute('type', 'password');
    await expect(passwordField(page)).toHaveAttribute('autocomplete', kind);
    await expect(passwordField(page)).toHaveAttribute('name', 'password');
    await expect(page.getByRole('main').locator('form')).toHaveAttribute('method', /post/i);
  });

  test(`${path} shows the password on demand`, async ({ page, hydrates, visit }) => {
    await visit(path);
    const field = passwordField(page);
    await field.fill('violet kettle');
    if (!hydrates) {
      await expect(page.getByRole('button', { name: 'Show password' })).toHaveCount(0);
      return;
    }
    await page.getByRole('button', { name: 'Show password' }).click();
    await expect(field).toHaveAttribute('type', 'text');
    await expect(field).toHaveValue('violet kettle');
    await page.getByRole('button', { name: 'Hide password' }).click();
    await expect(field).toHaveAttribute('type', 'password');
    await expect(field).toHaveValue('violet kettle');
    await expect(page).toHaveURL(path);
  });
}

for (const [path, button, endpoint] of [
  ['/login', 'Sign in', '/api/auth/login'],
  ['/signup', 'Create account', '/api/auth/signup'],
] as const) {
  test(
    `${button} shows that it is busy and sends once`,
    { tag: '@hydrated' },
    async ({ page, account, visit }) => {
      const person = path === '/login' ? account : stranger();
      const sent = count(page, endpoint);
      const release = await hold(page, endpoint);
      await visit(path);
      await emailField(page).fill(person.email);
      await passwordField(page).fill(person.password);
      const send = page.getByRole('button', { name: button });
      await expect(send).not.toHaveAttribute('aria-busy', 'true');
      await send.click();
      await expect(send).toHaveAttribute('aria-busy', 'true');
      await send.click({ force: true });
      await send.dblclick({ force: true });
      await passwordField(page).press('Enter');
      await expect.poll(() => sent.times).toBe(1);
      await release();
      await expect(page).toHaveURL('/account');
      expect(sent.times, 'requests').toBe(1);
    },
  );
}

test(
  'a note is added once although the button is pressed often',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    const sent = count(page, '/api/notes/add');
    const release = await hold(page, '/api/notes/add');
    await visit('/notes');
    await page.getByLabel('New note', { exact: true }).fill('only once');
    const add = page.getByRole('button', { name: 'Add note' });
    await add.click();
    await expect(add).toHaveAttribute('aria-busy', 'true');
    await add.dblclick({ force: true });
    await release();
    await expect(page.getByRole('listitem')).toHaveCount(1);
    expect(sent.times, 'requests').toBe(1);
    await expect(add).not.toHaveAttribute('aria-busy', 'true');
  },
);

test(
  'after a refusal the focus is in the refused field',
  { tag: '@hydrated' },
  async ({ page, quiet, visit }) => {
    quiet.except(422);
    await visit('/signup');
    await emailField(page).fill('ada.example.org');
    await passwordField(page).fill(stranger().password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(emailField(page)).toHaveAttribute('aria-invalid', 'true');
    await expect(emailField(page)).toBeFocused();
  },
);
