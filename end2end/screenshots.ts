import path from 'node:path';
import type { Page } from '@playwright/test';
import { addNote, createAccount, note, signIn, signOut } from './support/actions';
import { expect, test } from './support/fixtures';
import { mailedLink, requestPasswordLink } from './support/mailbox';
import { outlive, post, signInOverHttp, signUpOverHttp, stranger } from './support/people';
import { SHORT_LIVED } from './support/servers';
import { verify } from './support/verification';

/** Path of the README's picture, relative to this folder. Without it the whole set of pictures is made. */
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
        await visit(await requestPasswordLink(request, baseURL!, person));
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

      test('somebody who waits, and somebody who has several devices', async ({
        context,
        page,
        playwright,
        quiet,
        visit,
      }) => {
        quiet.except(401, 403, 429);
        const person = stranger();
        for (let other = 0; other < 3; other += 1) {
          const elsewhere = await playwright.request.newContext({ extraHTTPHeaders: { 'User-Agent': DEVICES[other]! } });
          await (other === 0 ? signUpOverHttp : signInOverHttp)(elsewhere, SHORT_LIVED, person);
        }
        const { access_token } = await signInOverHttp(context.request, SHORT_LIVED, person);
        await visit(`${SHORT_LIVED}/account/devices`);
        await shoot(page, 'account-devices-several');
        // By then the sign-in is no longer recent.
        await outlive(access_token);
        await page.getByRole('button', { name: 'Sign out every other device' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await shoot(page, 'reauthentication-panel');
        await page.getByRole('button', { name: 'Cancel' }).click();
        await signOut(page);
        await expect(page).toHaveURL(`${SHORT_LIVED}/`);
        await visit(`${SHORT_LIVED}/login`);
        const wrong = { email: person.email, password: 'not the password' };
        const wait = async () => {
          const refused = await post(context.request, SHORT_LIVED, '/api/auth/login', wrong);
          return Number(refused.headers()['retry-after'] ?? 0);
        };
        await expect.poll(wait, { timeout: 20_000, intervals: [100] }).toBeGreaterThan(3);
        await signIn(page, wrong);
        await expect(page.getByRole('alert')).toContainText('Too many tries');
        await shoot(page, 'login-throttled');
      });

      test('what is mailed', async ({ page, person, context, playwright, baseURL }) => {
        const [browser, origin] = [context.request, baseURL!];
        const sent = (path: string, form: Record<string, string>) => post(browser, origin, path, form);
        const token = async (to: string, path: string) =>
          new URL(await mailedLink(browser, to, path), origin).searchParams.get('token')!;
        await verify(browser, origin, person);
        await sent('/api/auth/forgot-password', { email: person.email });
        await mailedLink(browser, person.email, '/reset-password');
        const elsewhere = await playwright.request.newContext({ extraHTTPHeaders: { 'User-Agent': DEVICES[0]! } });
        const { access_token } = await signInOverHttp(elsewhere, origin, person);
        const moved = stranger();
        const bearer = { Authorization: `Bearer ${access_token}` };
        await post(elsewhere, origin, '/api/auth/change-email', { email: moved.email }, bearer);
        await post(elsewhere, origin, '/api/auth/confirm-email', { token: await token(moved.email, '/confirm-email') }, bearer);
        await mailedLink(browser, person.email, '/undo-email');
        await sent('/api/auth/forgot-password', { email: moved.email });
        const form = { token: await token(moved.email, '/reset-password'), password: person.password };
        expect((await sent('/api/auth/reset-password', form)).status()).toBe(200);
        for (const to of [person.email, moved.email]) {
          await page.goto(`/dev/mailbox?to=${encodeURIComponent(to)}`);
          const mails = await page.locator('article.mail a').evaluateAll(links => links.map(link => (link as HTMLAnchorElement).href));
          for (const [number, mail] of mails.entries()) {
            await page.goto(mail);
            // Chromium paints a frame that a full-page picture brings into view only after the picture.
            await page.locator('iframe').scrollIntoViewIfNeeded();
            await page.frameLocator('iframe').getByRole('paragraph').last().waitFor();
            await page.setViewportSize({ width, height: 1600 });
            await shoot(page, `mail-${to === person.email ? 'old' : 'new'}-${number}`);
          }
        }
      });
    });
  }
}

/** Browsers that other devices of a person run. */
const DEVICES = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
];

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
