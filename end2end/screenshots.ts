import path from 'node:path';
import type { Page } from '@playwright/test';
import { addNote, createAccount, note, signIn, signOut } from './actions';
import { expect, test } from './fixtures';
import { mailedLink } from './mailbox';
import { post, stranger } from './people';

/** Where the README's picture goes, as a path from this folder; without it the whole set is made instead. */
const README = process.env.README_PICTURE;

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1600]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.skip(!!README);
      test.use({ colorScheme, viewport: { width, height: width === 320 ? 640 : 900 } });

      const shoot = (page: Page, name: string) =>
        page.screenshot({
          path: path.join(__dirname, `test-results/screenshots/${name}-${colorScheme}-${width}.png`),
          fullPage: true,
        });

      test('a stranger', async ({ page, quiet, visit }) => {
        quiet.except(401, 404, 422);
        for (const [name, to] of [
          ['home', '/'],
          ['login', '/login'],
          ['signup', '/signup'],
          ['signup-sent', '/signup/sent'],
          ['forgot-password', '/forgot-password'],
          ['forgot-password-sent', '/forgot-password/sent'],
          ['link-unknown', '/reset-password?token=none'],
          ['not-found', '/no/such/door'],
        ] as const) {
          await visit(to);
          await shoot(page, name);
        }
        await visit('/login');
        await signIn(page, { email: 'ada@example.org', password: 'not the password' });
        await expect(page.getByRole('alert')).toContainText('not right');
        await shoot(page, 'login-refused');
        await visit('/signup');
        await createAccount(page, { email: 'none', password: 'short' });
        await expect(page.getByLabel('Email', { exact: true })).toHaveAttribute('aria-invalid', 'true');
        await page.getByRole('button', { name: 'Show password' }).click();
        await shoot(page, 'signup-refused');
      });

      test('a person', async ({ page, person, context, request, baseURL, visit }) => {
        await visit('/');
        await expect(page.getByRole('banner')).toContainText(person.email);
        await shoot(page, 'home-signed-in');
        await visit('/account');
        await shoot(page, 'account');
        for (const name of ['security', 'devices', 'activity', 'data']) {
          await visit(`/account/${name}`);
          await shoot(page, `account-${name}`);
        }
        await visit('/reauthenticate');
        await shoot(page, 'reauthenticate');
        await visit(await mailedLink(request, person.email, '/verify-email'));
        await shoot(page, 'verify-email');
        await post(request, baseURL!, '/api/auth/forgot-password', { email: person.email });
        await visit(await mailedLink(request, person.email, '/reset-password'));
        await shoot(page, 'reset-password');
        await visit('/notes');
        await shoot(page, 'notes-empty');
        await writeNotes(page);
        await shoot(page, 'notes');
        await note(page, NOTES[1]!).getByRole('link', { name: 'Edit' }).click();
        await expect(page.getByLabel('Edit note', { exact: true })).toBeVisible();
        await shoot(page, 'notes-editing');
        await context.setOffline(true);
        await expect(page.getByText('You are offline.')).toBeVisible();
        await shoot(page, 'notes-offline');
        await context.setOffline(false);
        await visit('/account');
        await signOut(page);
        await expect(page.getByText('You have signed out.')).toBeVisible();
        await shoot(page, 'signed-out');
      });
    });
  }
}

const NOTES = [
  'Ask Grace about the compiler.',
  'Bread, oat milk, and the good olives.\nThe market closes at one.',
  'A key that turns once cannot be copied twice.',
];

async function writeNotes(page: Page): Promise<void> {
  for (const text of NOTES) {
    await addNote(page, text);
    await expect(page.getByRole('listitem').filter({ hasText: text.split('\n')[0]! })).toBeVisible();
  }
}

test.describe('for the README', () => {
  test.skip(!README);
  test.use({ colorScheme: 'light', viewport: { width: 1280, height: 800 } });

  test('notes', async ({ page, visit }) => {
    const ada = { ...stranger(), email: 'ada@example.org' };
    await visit('/signup');
    await createAccount(page, ada);
    await expect(page).toHaveURL('/account');
    await visit('/notes');
    await writeNotes(page);
    await page.screenshot({ path: path.join(__dirname, README!) });
  });
});
