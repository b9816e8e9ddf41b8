import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../../support/fixtures';

const newForm = (page: Page) => page.locator('form.record-new');
const row = (page: Page, text: string) =>
  page.getByRole('listitem').filter({ has: page.getByText(text, { exact: true }) });
/** The row whose form is open. */
const edited = (page: Page) => page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Save' }) });
const first = (form: Locator) => form.getByLabel('{{First}}', { exact: true });

/** Fills in a form. */
async function fill(form: Locator, text: string): Promise<void> {
@first:  await form.getByLabel('{{Field}}', { exact: true }).fill(text);
@rest string:  await form.getByLabel('{{Field}}', { exact: true }).fill('another line');
@rest text:  await form.getByLabel('{{Field}}', { exact: true }).fill('two\nlines');
@integer:  await form.getByLabel('{{Field}}', { exact: true }).fill('12');
@boolean:  await form.getByLabel('{{Field}}', { exact: true }).check();
@date:  await form.getByLabel('{{Field}}', { exact: true }).fill('2026-11-23');
}

/** Adds {{a_word}} and waits until it is in the list. */
async function add(page: Page, text: string): Promise<void> {
  await fill(newForm(page), text);
  await page.getByRole('button', { name: 'Add {{word}}' }).click();
  await expect(row(page, text)).toBeVisible();
}

test(
  'a person adds, changes and deletes {{words}}',
  { tag: '@no-wasm' },
  async ({ page, person, visit }) => {
    await visit('/{{path}}');
    await expect(page.getByText('No {{words}} yet')).toBeVisible();
    await add(page, 'first');
    await add(page, 'second');
    await expect(first(newForm(page))).toHaveValue('');
@integer:    await expect(row(page, 'first')).toContainText('{{Field}}: 12');
@boolean:    await expect(row(page, 'first')).toContainText('{{Field}}: yes');
@date:    await expect(row(page, 'first')).toContainText('{{Field}}: 2026-11-23');

    await row(page, 'first').getByRole('link', { name: 'Edit' }).click();
    await expect(first(edited(page))).toHaveValue('first');
    await first(edited(page)).fill('changed');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(row(page, 'changed')).toBeVisible();

    await row(page, 'second').getByRole('button', { name: 'Delete' }).click();
    await expect(row(page, 'second')).toHaveCount(0);
    await visit('/{{path}}');
    await expect(page.getByRole('listitem')).toHaveCount(1);
    await expect(row(page, 'changed')).toBeVisible();
  },
);

test('{{a_word}} that is refused stays in its form', async ({ page, person, quiet, visit }) => {
  quiet.exceptFetches(422);
  await visit('/{{path}}');
  await fill(newForm(page), 'first');
  // Blanks, because a browser may refuse an empty field itself.
  await first(newForm(page)).fill('   ');
  await page.getByRole('button', { name: 'Add {{word}}' }).click();
  await expect(first(newForm(page))).toHaveAttribute('aria-invalid', 'true');
@rest string:  await expect(newForm(page).getByLabel('{{Field}}', { exact: true })).toHaveValue('another line');
@rest text:  await expect(newForm(page).getByLabel('{{Field}}', { exact: true })).toHaveValue('two\nlines');
@integer:  await expect(newForm(page).getByLabel('{{Field}}', { exact: true })).toHaveValue('12');
@boolean:  await expect(newForm(page).getByLabel('{{Field}}', { exact: true })).toBeChecked();
@date:  await expect(newForm(page).getByLabel('{{Field}}', { exact: true })).toHaveValue('2026-11-23');
  await expect(page.getByRole('listitem')).toHaveCount(0);
  await add(page, 'better');
});

test(
  'half-typed text survives the way to another page',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/{{path}}');
    await fill(newForm(page), 'half a thought');
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(page).toHaveURL('/account');
    await page.getByRole('link', { name: '{{Words}}', exact: true }).click();
    await expect(first(newForm(page))).toHaveValue('half a thought');
  },
);

test('of two tabs that change {{a_word}}, the later one sees both', async ({ page, context, person, quiet, visit }) => {
  quiet.exceptFetches(412);
  await visit('/{{path}}');
  await add(page, 'first');
  await row(page, 'first').getByRole('link', { name: 'Edit' }).click();
  await expect(first(edited(page))).toHaveValue('first');
  const other = await context.newPage();
  await visit('/{{path}}', other);
  await row(other, 'first').getByRole('link', { name: 'Edit' }).click();
  await first(edited(other)).fill('changed');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(row(other, 'changed')).toBeVisible();

  await first(edited(page)).fill('mine');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'The {{word}} as it is now' })).toContainText('changed');
  await expect(first(edited(page))).toHaveValue('mine');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'mine')).toBeVisible();
});
