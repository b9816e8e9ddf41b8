import { type Page } from '@playwright/test';
import { createAccount, emailField, expectSignedOut, signIn } from '../../support/actions';
import { cookielessProxy } from '../../support/cookieless-proxy';
import { expect, test } from '../../support/fixtures';
import { stranger } from '../../support/people';

/** The explanation on the page. */
const explanation = (page: Page) =>
  page.getByRole('status').filter({ hasText: 'Your browser did not keep the cookie that signs you in.' });

test('a browser that keeps no cookies gets an explanation', { tag: '@no-wasm' }, async ({
  browser,
  account,
  baseURL,
  wasm,
}) => {
  const proxy = await cookielessProxy();
  const context = await browser.newContext({ proxy });
  if (!wasm) await context.route('**/*.wasm', route => route.abort('blockedbyclient'));
  const page = await context.newPage();
  const opened: string[] = [];
  page.on('framenavigated', frame => opened.push(frame.url()));

  await page.goto(`${baseURL}/login?next=/notes`);
  await signIn(page, account);
  await expect(explanation(page)).toBeVisible();
  await expect(page).toHaveURL(`${baseURL}/login?next=/notes&cookies=check`);
  await expectSignedOut(page);
  await expect(emailField(page)).toBeVisible();

  await page.goto(`${baseURL}/signup?next=/notes`);
  await createAccount(page, stranger());
  await expect(explanation(page)).toBeVisible();
  await expect(page).toHaveURL(`${baseURL}/login?next=/notes&cookies=check`);
  expect(opened.length, `no loop: ${opened.join(' ')}`).toBeLessThan(10);
  await context.close();
  await proxy.close();
});
