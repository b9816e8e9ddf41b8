import { expectSignedIn } from '../actions';
import { expect, test } from '../fixtures';

test('a person says what they want to be called', { tag: '@no-wasm' }, async ({ page, person, visit }) => {
  await visit('/account');
  const name = page.getByLabel('Display name', { exact: true });
  await name.fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your name is saved.' })).toBeVisible();
  await expect(page.getByRole('banner')).toContainText('Ada Lovelace');
  await expect(name).toHaveValue('Ada Lovelace');

  await visit('/account');
  await expect(page.getByRole('banner')).toContainText('Ada Lovelace');
  await expect(name).toHaveValue('Ada Lovelace');
  await name.fill('');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expectSignedIn(page, person);
});

test('a name that is too long comes back with the reason', async ({
  page,
  person,
  quiet,
  hydrates,
  visit,
}) => {
  if (hydrates) quiet.except(422);
  await visit('/account');
  const name = page.getByLabel('Display name', { exact: true });
  await name.fill('a'.repeat(81));
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveAccessibleDescription(/at most 80 characters/);
  await expect(name).toHaveValue('a'.repeat(81));
  await expectSignedIn(page, person);
});
