import type { Page } from '@playwright/test';
import {
  emailField,
  expectSignedIn,
  expectSignedOut,
  newNote,
  note,
  passwordField,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';

/** Presses Tab until `name` has the focus. Fails if an element on the way does not show its focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 25; presses += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const style = getComputedStyle(element);
      const label = (element as HTMLInputElement).labels?.[0]?.textContent;
      return {
        isPage: element === document.body,
        name: (label ?? element.textContent ?? '').trim(),
        shown:
          (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
      };
    });
    if (!at.isPage) expect(at.shown, `the focus on "${at.name}" can be seen`).toBe(true);
    if (at.isPage) continue;
    if (name.test(at.name)) return;
    passed.push(at.name);
  }
  throw new Error(`Tab never came to ${name}: ${passed.join(', ')}`);
}

test('a person signs in, writes a note and signs out with the keyboard alone', async ({
  page,
  account,
  visit,
}) => {
  await visit('/login?next=/notes');
  await tabTo(page, /^Email$/);
  await page.keyboard.type(account.email);
  await tabTo(page, /^Password$/);
  await page.keyboard.type(account.password);
  await tabTo(page, /^Keep me signed in$/);
  await page.keyboard.press('Space');
  await expect(page.getByLabel('Keep me signed in')).toBeChecked();
  await tabTo(page, /^Sign in$/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, account);

  await expect(newNote(page)).toBeVisible();
  await tabTo(page, /^New note$/);
  await page.keyboard.type('by hand');
  await tabTo(page, /^Add note$/);
  await page.keyboard.press('Enter');
  await expect(note(page, 'by hand')).toBeVisible();
  await expect(newNote(page)).toHaveValue('');

  await visit('/notes');
  await tabTo(page, /^Sign out$/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/');
  await expectSignedOut(page);
});

test('the first Tab key press offers to skip the header', async ({ page, person, visit }) => {
  await visit('/account');
  await expectSignedIn(page, person);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('the order of Tab is the order of the form', async ({ page, visit }) => {
  await visit('/login');
  await emailField(page).focus();
  await tabTo(page, /^Password$/);
  await expect(passwordField(page)).toBeFocused();
});
